"""A ticket: what a visitor asked to be drawn, and how far it is; it outlives the server."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from vqclip.config.job import Job
from vqclip.config.layers import Assignment, merge
from vqclip.config.option import plain
from vqclip.config.schema import Config
from vqclip.errors import OutputError
from vqclip.files.jsontable import JsonTable

PICTURE, SERIES = "picture", "series"
KINDS = (PICTURE, SERIES)
WAITING, DRAWING, STOPPED, DONE, FAILED, CANCELED = (
    *("waiting", "drawing", "stopped", "done"),
    *("failed", "canceled"),
)
STATES = (WAITING, DRAWING, STOPPED, DONE, FAILED, CANCELED)
OPEN = (WAITING, DRAWING)
"""States of tickets that are still to be drawn."""
ID = re.compile(r"[0-9a-f]{16}")
FILE_NAME = re.compile(r"\w[\w.-]*")


def new_id() -> str:
    """Return an id that no other ticket has."""
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Ticket:
    """What a visitor asked to be drawn.

    Attributes:
        id: 16 hexadecimal digits.
        owner: who asked, see `gate.Visitor`.
        number: its place among all tickets of the folder, by arrival.
        kind: `picture` or `series`.
        title: its prompts in one line.
        settings: of a picture, the whole configuration in plain form.
        document: of a series, its YAML file.
        state: one of `STATES`.
        name: name of the picture's file or of the series' folder, once it is chosen.
        step: steps that were made; of a series, pictures that are done.
        steps: steps in all; of a series, pictures.
        error: why it failed.
        at: seconds since 1970 of its last change.
        threads: of the CPU, as a picture was drawn that is drawn again; 0: as usual.
    """

    id: str
    owner: str
    number: int
    kind: str
    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""
    state: str = WAITING
    name: str = ""
    step: int = 0
    steps: int = 0
    error: str = ""
    at: float = 0.0
    threads: int = 0

    @classmethod
    def for_picture(cls, config: Config, *, owner: str) -> Ticket:
        """Make the ticket of one picture.

        Raises:
            ConfigError: there is nothing to draw.
        """
        job = Job.of(config)
        title = " | ".join(map(str, job.prompts))
        settings = plain(config)
        return cls(new_id(), owner, 0, PICTURE, title, settings=settings, steps=config.steps)

    @classmethod
    def for_series(cls, document: str, *, owner: str, title: str, pictures: int) -> Ticket:
        """Make the ticket of a series, from its YAML file."""
        return cls(new_id(), owner, 0, SERIES, title, document=document, steps=pictures)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be drawn."""
        return self.state in OPEN

    def config(self) -> Config:
        """Return the configuration of a picture.

        Raises:
            ConfigError: a key or value is not allowed, as after a change by hand.
        """
        return merge([Assignment(key, value, "") for key, value in self.settings.items()])

    def changed(self, **changes: Any) -> Ticket:
        """Return the ticket with other values."""
        return replace(self, **changes)

    def to_json(self) -> str:
        """Return the ticket as one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Ticket:
        """Read a ticket.

        Raises:
            OutputError: it is damaged.
        """
        try:
            table = JsonTable.parse(text)
            ticket = cls(
                **{key: table.text(key) for key in _TEXTS},
                number=table.whole("number"),
                step=table.whole("step"),
                steps=table.whole("steps"),
                at=table.number("at"),
                threads=table.whole("threads", 0),
                settings=JsonTable.of(table.content.get("settings"), "settings").content,
            )
        except ValueError as error:
            raise OutputError(f"the ticket is damaged: {error}") from error
        named = not ticket.name or FILE_NAME.fullmatch(ticket.name)
        if not (ID.fullmatch(ticket.id) and named):
            raise OutputError("the ticket is damaged: its id or its name is none")
        if ticket.kind not in KINDS or ticket.state not in STATES:
            raise OutputError("the ticket is damaged: its kind or its state is unknown")
        return ticket


_TEXTS = ("id", "owner", "kind", "title", "document", "state", "name", "error")
