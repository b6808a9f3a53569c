"""The studio: the queue of all tickets, and the one thread that draws them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from vqclip.errors import ConfigError, OutputError, VqclipError, abridged
from vqclip.machine.memory import is_out_of_memory, shortage
from vqclip.runs.events import Done, Event, Failed, Started, Step
from vqclip.web.easel import Easel
from vqclip.web.gridwork import GridWork
from vqclip.web.ledger import Ledger
from vqclip.web.live import Live
from vqclip.web.ticket import (
    CANCELED,
    DONE,
    DRAWING,
    FAILED,
    SERIES,
    STOPPED,
    WAITING,
    Ticket,
)
from vqclip.web.turns import in_order, place_of

PATIENCE = 0.2
"""Seconds after which a waiting thread looks again."""
ERROR_LENGTH = 600


@dataclass(frozen=True)
class Standing:
    """A ticket and where it stands.

    Attributes:
        ticket: the ticket.
        place: in the queue, 1 for the next one; 0: it is not in it.
        live: what is seen of it; None: nothing yet, or no longer.
        can_continue: whether it was stopped and has a checkpoint to continue from.
    """

    ticket: Ticket
    place: int
    live: Live | None
    can_continue: bool


class Studio:
    """Keeps the queue on disk and draws what is in it, ticket after ticket.

    Args:
        ledger: the tickets.
        easel: draws pictures.
        grids: draws series.
    """

    def __init__(self, ledger: Ledger, easel: Easel, grids: GridWork) -> None:
        self.ledger, self.easel, self.grids = ledger, easel, grids
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._closing = threading.Event()
        self._halted: set[str] = set()
        self._served: dict[str, int] = {}
        self._lives: dict[str, Live] = {}
        self._thread: threading.Thread | None = None
        tickets = ledger.prune(ledger.read())
        self._tickets = {ticket.id: ticket for ticket in tickets}
        self._first = {ticket.id for ticket in tickets if ticket.state == WAITING and ticket.name}
        """Tickets that an earlier server began."""

    def open(self) -> None:
        """Start drawing."""
        self._thread = threading.Thread(target=self._work, name="studio", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop drawing after the current step; what is unfinished is continued by the next open."""
        self._closing.set()
        with self._news:
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, ticket: Ticket) -> Ticket:
        """Put a ticket into the queue.

        Raises:
            ConfigError: the queue is full.
            OutputError: the folder cannot be written to.
        """
        with self._news:
            self.easel.allowance.check_queue(list(self._tickets.values()), ticket.owner)
            number = 1 + max((own.number for own in self._tickets.values()), default=0)
            ticket = self._record(ticket.changed(number=number))
            self._news.notify_all()
            return ticket

    def stop(self, id: str, owner: str) -> Ticket:
        """Stop a ticket that is being drawn, or take one that waits out of the queue.

        What was drawn is kept, with a checkpoint to continue from.

        Raises:
            ConfigError: it is not this visitor's, or it is over.
        """
        with self._news:
            ticket = self._own(id, owner)
            if ticket.state == DRAWING:
                self._halted.add(id)
            elif ticket.state == WAITING:
                ticket = self._record(ticket.changed(state=STOPPED if ticket.name else CANCELED))
            else:
                raise ConfigError("this drawing is over already")
            return ticket

    def resume(self, id: str, owner: str) -> Ticket:
        """Put a ticket that was stopped, or that failed, back into the queue.

        Raises:
            ConfigError: it is not this visitor's, it is not stopped, or the queue is full.
        """
        with self._news:
            ticket = self._own(id, owner)
            if ticket.state not in (STOPPED, FAILED):
                raise ConfigError("only a drawing that was stopped can be continued")
            return self.submit(ticket.changed(state=WAITING, error=""))

    def standings(self, owner: str | None = None) -> list[Standing]:
        """Return the tickets in the order of their arrival, perhaps those of one visitor only."""
        with self._lock:
            order = self._order()
            return [
                self._standing(ticket, order)
                for ticket in sorted(self._tickets.values(), key=lambda own: own.number)
                if owner in (None, ticket.owner)
            ]

    def standing(self, id: str, owner: str) -> Standing:
        """Return one ticket of a visitor.

        Raises:
            ConfigError: the visitor has no such ticket.
        """
        with self._lock:
            return self._standing(self._own(id, owner), self._order())

    def queue(self) -> list[Ticket]:
        """Return the ticket that is being drawn, if there is one, and those that wait, in order."""
        with self._lock:
            drawing = [own for own in self._tickets.values() if own.state == DRAWING]
            return [*drawing, *self._order()]

    def _order(self) -> list[Ticket]:
        return in_order(self._tickets.values(), self._served, self._first)

    def _standing(self, ticket: Ticket, order: list[Ticket]) -> Standing:
        can_continue = ticket.state == STOPPED or (ticket.state == FAILED and bool(ticket.name))
        place = place_of(order, ticket.id)
        return Standing(ticket, place, self._lives.get(ticket.id), can_continue)

    def _own(self, id: str, owner: str) -> Ticket:
        ticket = self._tickets.get(id)
        if ticket is None or ticket.owner != owner:
            raise ConfigError("you have no such drawing")
        return ticket

    def _record(self, ticket: Ticket) -> Ticket:
        """Write a ticket, and remember it.

        Raises:
            OutputError: the folder cannot be written to.
        """
        written = self.ledger.write(ticket)
        self._tickets[ticket.id] = written
        return written

    def _remember(self, ticket: Ticket) -> Ticket:
        """Remember a ticket, and write it if that is possible."""
        self._tickets[ticket.id] = ticket
        with suppress(OutputError):
            return self._record(ticket)
        return ticket

    def _work(self) -> None:
        """Draw tickets until the studio closes."""
        while not self._closing.is_set():
            with self._news:
                order = self._order()
                if not order:
                    self._news.wait(PATIENCE)
                    continue
                ticket = self._take(order[0])
            try:
                state = self._drawn(ticket)
            except Exception as error:  # noqa: BLE001  (one drawing must not end all others)
                self._end(ticket.id, FAILED, reason_of(error))
            else:
                self._end(ticket.id, state)

    def _take(self, ticket: Ticket) -> Ticket:
        """Give the turn to a ticket."""
        self._served[ticket.owner] = 1 + max(self._served.values(), default=0)
        self._first.discard(ticket.id)
        self._halted.discard(ticket.id)
        self._lives.setdefault(ticket.id, Live(steps=ticket.steps))
        return self._remember(ticket.changed(state=DRAWING, error=""))

    def _drawn(self, ticket: Ticket) -> str:
        """Draw a ticket until it is done or has to stop; return its state."""
        live, turn = self._lives[ticket.id], _Turn()

        def stop() -> bool:
            return self._closing.is_set() or ticket.id in self._halted or turn.over

        failed = 0
        for event in self._events(ticket, live, stop):
            if isinstance(event, Failed):
                failed += 1
            if isinstance(event, (Done, Failed)):
                turn.over = self._others_wait(ticket)
            self._note(ticket, event, live)
        if ticket.id in self._halted and self._is_unfinished(ticket, live):
            return STOPPED
        if self._is_unfinished(ticket, live) and (turn.over or self._closing.is_set()):
            return WAITING
        return DONE

    def _events(self, ticket: Ticket, live: Live, stop: Callable[[], bool]) -> Iterator[Event]:
        def choose(name: str) -> None:
            with self._lock:
                current = self._tickets[ticket.id]
                if current.name != name:
                    self._remember(current.changed(name=name))

        draws = self.grids.draw if ticket.kind == SERIES else self.easel.draw
        return draws(ticket, live, stop, choose)

    def _note(self, ticket: Ticket, event: Event, live: Live) -> None:
        """Remember how far a ticket is; the file of it is written when it ends."""
        if isinstance(event, (Started, Step, Done, Failed)):
            with self._lock:
                current = self._tickets[ticket.id]
                changed = current.changed(step=live.step, steps=live.steps or current.steps)
                self._tickets[ticket.id] = changed

    def _others_wait(self, ticket: Ticket) -> bool:
        with self._lock:
            return any(own.owner != ticket.owner for own in self._order())

    def _is_unfinished(self, ticket: Ticket, live: Live) -> bool:
        if ticket.kind == SERIES:
            return any(not cell["picture"] and cell["state"] != FAILED for cell in live.cells)
        return live.step < live.steps or self.easel.checkpoint(self._tickets[ticket.id]) is not None

    def _end(self, id: str, state: str, error: str = "") -> None:
        """Note what became of a ticket."""
        with self._news:
            ticket = self._tickets[id]
            if state == WAITING and self._closing.is_set():
                state = DRAWING  # as the next server finds it
            if state == WAITING and ticket.kind == SERIES:
                number = 1 + max(own.number for own in self._tickets.values())
                ticket = ticket.changed(number=number)
            self._remember(ticket.changed(state=state, error=error))
            self._halted.discard(id)
            if state != WAITING:
                kept = self.ledger.prune(self._tickets.values())
                self._tickets = {own.id: own for own in kept}
            self._lives = {key: own for key, own in self._lives.items() if key in self._tickets}
            self._news.notify_all()


@dataclass
class _Turn:
    """Whether the turn of a series is over because others wait."""

    over: bool = False


def reason_of(error: Exception) -> str:
    """Return in a sentence why a drawing failed; what is no mistake of the visitor says little."""
    if is_out_of_memory(error):
        return shortage(error)
    if isinstance(error, VqclipError):
        return abridged(str(error))[:ERROR_LENGTH]
    return f"the drawing failed: {type(error).__name__}"
