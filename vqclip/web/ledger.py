"""The ledger: the tickets of an output folder, one file each, so that none is lost."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from vqclip.errors import OutputError
from vqclip.files.atomic import write
from vqclip.web.ticket import CANCELED, DRAWING, WAITING, Ticket

MOST_KEPT = 500
"""Finished tickets that are remembered."""
LARGEST = 4 << 20
"""Bytes of a ticket's file."""


class Ledger:
    """The tickets of a folder.

    Args:
        folder: folder of their files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        """Names of files that could not be read."""

    def read(self) -> list[Ticket]:
        """Return all tickets by their numbers; those that were being drawn wait again."""
        found = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                if path.stat().st_size > LARGEST:
                    raise OutputError("it is too large")
                ticket = Ticket.from_json(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeError, OutputError):
                self.damaged.append(path.name)
                continue
            state = WAITING if ticket.state == DRAWING else ticket.state
            found.append(ticket.changed(state=state))
        found.sort(key=lambda ticket: ticket.number)
        return found

    def write(self, ticket: Ticket) -> Ticket:
        """Write a ticket with the time, and return it.

        Raises:
            OutputError: the folder cannot be written to.
        """
        stamped = ticket.changed(at=round(time.time(), 3))
        write(self._path(ticket), stamped.to_json().encode())
        return stamped

    def prune(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Forget tickets that were canceled, and the oldest that are over; return the rest."""
        every = list(tickets)
        over = [ticket for ticket in every if not ticket.is_open]
        over.sort(key=lambda ticket: ticket.at)
        forgotten = {ticket.id for ticket in over[: max(0, len(over) - MOST_KEPT)]}
        forgotten |= {ticket.id for ticket in over if ticket.state == CANCELED}
        for ticket in over:
            if ticket.id in forgotten:
                self._path(ticket).unlink(missing_ok=True)
        return [ticket for ticket in every if ticket.id not in forgotten]

    def _path(self, ticket: Ticket) -> Path:
        return self.folder / f"{ticket.id}.json"
