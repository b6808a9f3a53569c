"""A series of a ticket: its grid as a series file, its pictures drawn one by one, and its cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vqclip.config.job import parse_seeds, slug
from vqclip.config.layers import Assignment
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes, OutputError, did_you_mean, shown
from vqclip.files.atomic import write
from vqclip.runs.drive import Stop
from vqclip.runs.events import Done, Event, Failed, Interrupted, Note, Started, Step
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, Entry
from vqclip.runs.picture import read_pictures
from vqclip.runs.work import WorkOptions
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan, make_plan
from vqclip.views.gallery import make_gallery
from vqclip.views.sheet import make_sheets
from vqclip.views.tiles import encode
from vqclip.web.allowance import CHECKPOINT_EVERY, Allowance
from vqclip.web.easel import Cache
from vqclip.web.enclosure import Enclosure
from vqclip.web.form import refuse_files
from vqclip.web.live import Live
from vqclip.web.ticket import Ticket

SERVERS = ("output", "model_dir", "device", "prompts", "style_prompts", "seed")
"""Keys and sections that are no axis: the server's, and what has a field of its own."""
MOST_AXES = 4


@dataclass(frozen=True)
class Grid:
    """What a visitor wants to compare.

    Attributes:
        prompts: one or more, each on a line of its own.
        settings: the settings that all pictures share, by key.
        preset: name of a preset, or None.
        styles: names of styles; `none` is without one.
        seeds: as on the command line: `0-3,7`.
        axes: further keys, each with its values.
    """

    prompts: Sequence[str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    preset: str | None = None
    styles: Sequence[str] = ()
    seeds: str = ""
    axes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of pictures.

        Raises:
            ConfigError: the seeds cannot be read.
        """
        prompts = sum(bool(text.strip()) for text in self.prompts)
        seeds = len(parse_seeds(self.seeds)) if self.seeds.strip() else 1
        lengths = (sum(bool(own.strip()) for own in values) for values in self.axes.values())
        return prompts * max(1, len(self.styles)) * seeds * math.prod(lengths)

    def document(self) -> str:
        """Return the series file.

        Raises:
            ConfigError: with every mistake.
        """
        mistakes = Mistakes()
        prompts = [text.strip() for text in self.prompts if text.strip()]
        if not prompts:
            mistakes.add("there is no prompt: say what to draw")
        matrix: dict[str, Any] = {"prompts": prompts}
        if self.styles:
            matrix["styles"] = list(self.styles)
        seeds: list[int] = mistakes.read(lambda: parse_seeds(self.seeds or "0"), [])
        if seeds and self.seeds.strip():
            matrix["seeds"] = seeds
        for key, values in self.axes.items():
            mistakes.read(lambda key=key: check_axis(key), None)  # type: ignore[misc]
            matrix[key] = [value.strip() for value in values if value.strip()]
            with mistakes.noted():
                refuse_files(Assignment(key, value, "") for value in matrix[key])
        if len(self.axes) > MOST_AXES:
            mistakes.add(f"at most {MOST_AXES} further keys are compared, not {len(self.axes)}")
        mistakes.check()
        defaults = dict(self.settings)
        if self.preset is not None:
            defaults["preset"] = self.preset
        content = {"name": slug(prompts[0]), "defaults": defaults, "matrix": matrix}
        return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def check_axis(key: str) -> None:
    """Check that a key may be an axis.

    Raises:
        ConfigError: it is unknown, or none that is compared.
    """
    known = {
        name: option
        for name, option in keys(Config).items()
        if not option.is_section and name.partition(".")[0] not in SERVERS
    }
    if key not in known:
        raise ConfigError(f"{shown(key)} cannot be compared{did_you_mean(key, known)}")


@dataclass
class GridWork:
    """Draws the series of tickets into folders of the output folder.

    Attributes:
        enclosure: the output folder.
        cache: the models.
        allowance: what is allowed.
        device: name of the device that computes.
    """

    enclosure: Enclosure
    cache: Cache
    allowance: Allowance
    device: str = "auto"

    def plan(self, document: str, id: str, name: str = "") -> Plan:
        """Expand a series file, and check every picture of it.

        Args:
            document: the series file.
            id: of the ticket, by which its file and its folder are named.
            name: name of the folder; by default one of the series and the id.

        Raises:
            ConfigError: with everything that is wrong or not allowed.
        """
        path = self.enclosure.own("series", f"{id}.yaml")
        write(path, document.encode())
        try:
            plan = make_plan(path, folder=self.enclosure.root / (name or id))
        except ConfigError as error:
            raise ConfigError([_without_path(text, path) for text in error.messages]) from error
        mistakes = Mistakes()
        batches = {job.batch: job for job in plan.jobs}
        for job in batches.values():
            with mistakes.noted():
                self.allowance.check(job.job.whole(), self.enclosure)
        mistakes.check()
        return plan

    def draw(
        self, ticket: Ticket, live: Live, stop: Stop, choose: Callable[[str], None]
    ) -> Iterator[Event]:
        """Draw pictures of a series until `stop` returns True, and yield what happens.

        Args:
            ticket: the series; its name is that of its folder, if it was begun before.
            live: shows the series.
            stop: called often.
            choose: called with the name of the folder as soon as it is chosen.

        Raises:
            VqclipError: it cannot be drawn.
        """
        name = ticket.name or f"{slug(ticket.title)[:40]}-{ticket.id[:6]}"
        plan = self.plan(ticket.document, ticket.id, name)
        choose(name)
        run = RunFolder.open(plan)
        live.cells, live.steps = cells_of(run), len(plan.jobs)
        live.step = _done(live)
        live.origin = f"{len(plan.jobs)} pictures, drawn one by one"
        options = WorkOptions(device=self.device, checkpoint_every=CHECKPOINT_EVERY, at_once=1)
        worker = Worker(run, self.cache, stop, options)  # type: ignore[arg-type]
        for event in worker.work():
            self._show(event, run, live)
            yield event
        if not run.pending():
            run.tidy()
            write_views(run.folder)

    def _show(self, event: Event, run: RunFolder, live: Live) -> None:
        """Show what happened to the pictures concerned."""
        if isinstance(event, Note):
            live.add_note(event.text)
        elif isinstance(event, (Started, Step)):
            text = f"step {event.step} of {event.steps}"
            names = {job.name for job in run.plan.jobs if job.id in event.jobs}
            live.cells = [
                {**cell, "state": text} if cell["name"] in names else cell for cell in live.cells
            ]
        elif isinstance(event, (Done, Failed, Interrupted)):
            if isinstance(event, Failed):
                live.add_note(f"{event.name}: {event.error}")
            live.cells = cells_of(run)
            live.step = _done(live)


def _done(live: Live) -> int:
    return sum(bool(cell["picture"]) for cell in live.cells)


def _without_path(text: str, path: Path) -> str:
    """Return a message without the path of the file, which visitors did not name."""
    return text.replace(f"{path}, ", "").replace(str(path), "the series")


def cells_of(run: RunFolder) -> list[dict[str, Any]]:
    """Return name, labels, state and picture of each cell of a series."""
    entries = run.manifest.read()
    cells = []
    for job in run.plan.jobs:
        entry = entries.get(job.id, Entry(job.id))
        exists = entry.state == DONE and run.path(job).is_file()
        cells.append(
            {
                "name": job.name,
                "labels": list(job.labels.values()) or [job.name],
                "state": entry.state,
                "picture": f"{run.folder.name}/{run.path(job).name}" if exists else "",
            }
        )
    return cells


def write_views(folder: Path) -> None:
    """Write the contact sheets and the gallery of a series, where a picture is finished.

    Raises:
        OutputError: the folder cannot be written to.
    """
    record, pictures = read_pictures(folder)
    try:
        sheets = make_sheets(record.axes, pictures)
    except OutputError:  # no picture is finished
        return
    for number, sheet in enumerate(sheets, start=1):
        name = "sheet.png" if number == 1 else f"sheet-{number}.png"
        write(folder / name, encode(sheet, "PNG", optimize=True))
    write(folder / "gallery.html", make_gallery(record, pictures, folder=folder).encode())
