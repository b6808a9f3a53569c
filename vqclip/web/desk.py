"""The desk: everything a visitor may do, in plain Python; routes and forms of the page call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqclip.config.schema import Config
from vqclip.errors import ConfigError, OutputError
from vqclip.files.atomic import try_folder
from vqclip.outputs.sources import Sources
from vqclip.runs.modelcache import ModelCache
from vqclip.web.album import Album, Print
from vqclip.web.allowance import Allowance, placed
from vqclip.web.easel import Cache, Easel
from vqclip.web.enclosure import PRIVATE, Enclosure
from vqclip.web.finder import Finder
from vqclip.web.gridwork import Grid, GridWork
from vqclip.web.ledger import Ledger
from vqclip.web.studio import Standing, Studio
from vqclip.web.ticket import PICTURE, Ticket, new_id
from vqclip.web.uploads import keep_upload

QUEUE_SHOWN = 30
"""Tickets of the queue that the page lists."""
RECENT = 12
"""Tickets of a visitor that the page lists."""


@dataclass
class Desk:
    """Takes what visitors ask for.

    Attributes:
        enclosure: the output folder.
        studio: draws.
        album: the pictures.
        finder: finds pictures by CLIP.
        allowance: what is allowed.
    """

    enclosure: Enclosure
    studio: Studio
    album: Album
    finder: Finder
    allowance: Allowance

    @classmethod
    def at(
        cls,
        folder: Path,
        *,
        allowance: Allowance | None = None,
        device: str = "auto",
        cache: Cache | None = None,
        finder: Finder | None = None,
    ) -> Desk:
        """Make the desk of an output folder, and the folder if it does not exist.

        Args:
            folder: the output folder.
            allowance: what is allowed; by default the usual.
            device: device that computes.
            cache: the models; by default those that configurations name.
            finder: finds pictures; by default with the small perceptor.

        Raises:
            OutputError: the folder cannot be written to.
        """
        try_folder(folder)
        enclosure = Enclosure(folder)
        private = enclosure.own()
        if private.is_symlink():
            raise OutputError(f"{folder / PRIVATE} is a symbolic link: remove it")
        try_folder(private)
        allowed = allowance or Allowance()
        models = cache or ModelCache(device)
        easel = Easel(enclosure, models, allowed, device)
        grids = GridWork(enclosure, models, allowed, device)
        studio = Studio(Ledger(enclosure.own("queue")), easel, grids)
        return cls(enclosure, studio, Album(enclosure), finder or Finder(), allowed)

    def draw(self, config: Config, owner: str) -> Ticket:
        """Put a picture into the queue.

        Raises:
            ConfigError: with everything that is wrong or not allowed.
        """
        self.allowance.check(config, self.enclosure)
        return self.studio.submit(Ticket.for_picture(config, owner=owner))

    def draw_grid(self, grid: Grid, owner: str) -> Ticket:
        """Put a series into the queue.

        Raises:
            ConfigError: with everything that is wrong or not allowed.
        """
        document, id = grid.document(), new_id()
        if grid.size > self.allowance.pictures:
            raise ConfigError(
                f"the series has {grid.size:,} pictures, and this page allows "
                f"{self.allowance.pictures:,}"
            )
        plan = self.studio.grids.plan(document, id)
        title = ", ".join(text.strip() for text in grid.prompts if text.strip())
        ticket = Ticket.for_series(document, owner=owner, title=title, pictures=len(plan.jobs))
        return self.studio.submit(ticket.changed(id=id))

    def draw_again(self, id: str, owner: str, *, prompt: str = "", steps: int = 0) -> Ticket:
        """Draw the picture of a ticket with more steps, or with its seed and another prompt.

        Args:
            id: of a ticket of the visitor.
            owner: the visitor.
            prompt: prompts with bars between them; empty: the same.
            steps: steps to add.

        Raises:
            ConfigError: with everything that is wrong or not allowed.
        """
        ticket = self.studio.standing(id, owner).ticket
        if ticket.kind != PICTURE:
            raise ConfigError("choose a single picture")
        config = ticket.config()
        if prompt.strip():
            from vqclip.config.prompt import parse_prompts

            config = replace(config, prompts=parse_prompts(prompt))
        return self.draw(replace(config, steps=config.steps + steps), owner)

    def recipe_config(self, name: str) -> Config:
        """Return the configuration of a picture of the album, as this page would draw it again.

        Raises:
            VqclipError: there is no recipe, or what it asks for is not allowed.
        """
        found = self.album.recipe(name)
        folder = self.enclosure.picture(name).parent
        config = Sources(folder, found.pictures).find(replace(found.config, device="auto"))
        self.allowance.check(config, self.enclosure)
        return config

    def replay(self, name: str, owner: str) -> Ticket:
        """Draw a picture of the album again.

        Raises:
            VqclipError: there is no recipe, or what it asks for is not allowed.
        """
        processor = self.album.recipe(name).processor
        ticket = Ticket.for_picture(self.recipe_config(name), owner=owner)
        threads = 0 if processor is None else processor.threads
        return self.studio.submit(ticket.changed(threads=threads))

    def search(self, query: str, *, top: int = 60) -> list[Print]:
        """Return the pictures of the album nearest to some words, by CLIP.

        Raises:
            VqclipError: the query cannot be read.
        """
        known = {own.name: own for own in self.album.prints()}
        paths = [self.enclosure.root / name for name in known]
        ranked = self.finder.rank(query, paths)
        return [known[self.enclosure.name(path)] for path, _ in ranked[:top]]

    def upload(self, path: Path) -> Path:
        """Check and keep a picture; return its path as recipes name it.

        Raises:
            ImageError: it is too large, or no picture.
        """
        return keep_upload(path, self.enclosure, self.allowance)

    def document(self, config: Config) -> Config:
        """Return a configuration as the page draws it."""
        return placed(config, self.enclosure, "auto")

    def state(self, owner: str, chosen: str = "") -> dict[str, Any]:
        """Return what the page of a visitor shows, as plain values.

        Args:
            owner: the visitor.
            chosen: id of the ticket that is shown; by default the latest one.
        """
        standings = self.studio.standings(owner)
        shown = next((own for own in standings if own.ticket.id == chosen), None)
        if shown is None and standings:
            shown = next((own for own in standings if own.ticket.is_open), standings[-1])
        queue = self.studio.queue()
        return {
            "ticket": None if shown is None else _described(shown),
            "queue": [_entry(ticket, owner) for ticket in queue[:QUEUE_SHOWN]],
            "waiting": len(queue),
            "recent": [_entry(own.ticket, owner) for own in standings[-RECENT:]][::-1],
        }

    def series_pictures(self, id: str, owner: str) -> tuple[Path, Sequence[Path]]:
        """Return the folder of a series of a visitor, and its finished pictures.

        Raises:
            ConfigError: there is no such series, or it has no picture yet.
        """
        standing = self.studio.standing(id, owner)
        folder = self.enclosure.root / (standing.ticket.name or "-")
        if standing.ticket.kind == PICTURE or not folder.is_dir() or folder.is_symlink():
            raise ConfigError("there is no such series")
        paths = sorted(path for path in folder.glob("*.*") if not path.is_symlink())
        shown = [path for path in paths if path.suffix in (".png", ".jpg", ".webp", ".html")]
        if not shown:
            raise ConfigError("the series has no picture yet")
        return folder, shown


def _entry(ticket: Ticket, owner: str) -> dict[str, Any]:
    """Return what a list shows of a ticket; of other visitors, no prompts."""
    own = ticket.owner == owner
    return {
        "id": ticket.id if own else "",
        "title": ticket.title if own else "somebody else's drawing",
        "state": ticket.state,
        "kind": ticket.kind,
        "own": own,
    }


def _described(standing: Standing) -> dict[str, Any]:
    """Return everything the page shows of one ticket."""
    ticket, live = standing.ticket, standing.live
    facts: dict[str, Any] = {
        "id": ticket.id,
        "kind": ticket.kind,
        "title": ticket.title,
        "state": ticket.state,
        "place": standing.place,
        "step": ticket.step,
        "steps": ticket.steps,
        "error": ticket.error,
        "name": ticket.name,
        "can_continue": standing.can_continue,
        "preview": 0,
        "losses": [],
        "notes": [],
        "origin": "",
        "start": False,
        "cells": [],
        "seconds_left": None,
    }
    if ticket.kind == PICTURE:
        config = ticket.config().settled()
        facts |= {"seed": str(config.seed), "width": config.width, "height": config.height}
    if live is not None:
        facts |= {
            "preview": live.version,
            "losses": [[step, losses] for step, losses in live.losses],
            "notes": live.notes,
            "origin": live.origin,
            "start": bool(live.start),
            "cells": live.cells,
            "seconds_left": live.seconds_left,
        }
    return facts
