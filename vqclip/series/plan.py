"""The plan of a series: the cells of its matrix and its list, expanded to named, distinct jobs."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vqclip.config.job import Job, slug
from vqclip.config.layers import Assignment
from vqclip.config.namedfiles import missing_inputs
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes, listed
from vqclip.files.paths import user_path
from vqclip.series.axis import Axis
from vqclip.series.cell import Cell, Resolver
from vqclip.series.extent import check_matrix, check_pictures
from vqclip.series.fields import with_fields_named
from vqclip.series.file import SeriesFile, read_series
from vqclip.series.matrix import cells_of
from vqclip.series.table import Layer

ELSEWHERE = {"seed": "--seeds", "prompts": "the file's prompts"}
"""Settings that a series takes from elsewhere than key=value."""
MOST_CHECKED = 500
"""Parts of a series with mistakes that are looked at for more of them."""
SHOWN = 20
"""Mistakes of one kind that are listed; the rest are counted."""


@dataclass(frozen=True)
class PlannedPicture:
    """One picture of a series.

    Attributes:
        job: what is drawn.
        name: of its files, without suffix; no other picture of the series has it.
        labels: its place on the axes of the matrix.
        group: the pictures among which the best are kept.
        origin: the file and line that asked for it.
    """

    job: Job
    name: str
    labels: Mapping[str, str]
    group: str
    origin: str

    @property
    def id(self) -> str:
        """The hash of its resolved settings."""
        return self.job.id

    @property
    def batch(self) -> str:
        """Equal for pictures that can be optimised together."""
        return self.job.batch

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What it shows."""
        return self.job.prompts

    @property
    def seed(self) -> int:
        """Its random seed."""
        return self.job.seed

    @property
    def config(self) -> Config:
        """The settings it shares with its batch."""
        return self.job.config


@dataclass(frozen=True)
class Plan:
    """Every picture of a series, and how the best are chosen.

    Attributes:
        name: of the series.
        folder: where the pictures go.
        jobs: the pictures, in order.
        axes: the names of the matrix' axes, with their labels in order.
        candidates: pictures drawn for each one that is asked for.
        keep: how many of them are kept.
        judge: the perceptor that ranks them, or None for the guiding ones.
    """

    name: str
    folder: Path
    jobs: tuple[PlannedPicture, ...]
    axes: Mapping[str, tuple[str, ...]]
    candidates: int
    keep: int
    judge: str | None


def make_plan(
    path: Path,
    *,
    seeds: Sequence[int] = (),
    overrides: Sequence[Assignment] = (),
    folder: Path | None = None,
) -> Plan:
    """Read a series file and expand it.

    Args:
        path: of the file.
        seeds: instead of those of the file.
        overrides: settings above all of the file.
        folder: of the run; by default the file's name in the folder of the configuration.

    Raises:
        ConfigError: with every mistake in the file, in the order of its lines.
    """
    mistakes = Mistakes()
    series = with_fields_named(_with_seeds(read_series(path, mistakes), seeds), mistakes)
    mistakes.add(*_misplaced(series, overrides))
    cells = _cells(series, mistakes) if check_matrix(series, mistakes) else []
    if not check_pictures(series, cells, mistakes):
        cells = []
    resolver = Resolver(path.parent, overrides)
    if mistakes:  # cells may be missing: everything that sets something is looked at
        for layer in itertools.islice(series.layers(), MOST_CHECKED):
            resolver.check(Cell({}, (series.defaults, layer), layer.origin), mistakes)
    drawn = [*_drawn(resolver, cells, mistakes)]
    pictures = tuple(_pictures(series, drawn))
    mistakes.add(*_duplicates(pictures))
    folders = {picture.config.output.folder for picture in pictures}
    if len(folders) > 1 and folder is None:
        mistakes.add(f"{path}: output.folder: is one for a series, not {listed(folders)}")
    if mistakes:
        raise ConfigError(sorted(mistakes.messages, key=_line))
    return Plan(
        series.name,
        folder or user_path(min(folders)) / series.name,
        pictures,
        {axis.name: tuple(label for label, _ in axis.values) for axis in series.axes},
        series.candidates,
        series.keep,
        series.judge,
    )


def _drawn(
    resolver: Resolver, cells: Sequence[Cell], mistakes: Mistakes
) -> Iterator[tuple[Cell, Job]]:
    """Yield the jobs of all cells; where there are mistakes, of the first cells alone."""
    for number, cell in enumerate(cells):
        if mistakes and number >= MOST_CHECKED:
            return
        for job in resolver.jobs(cell, mistakes):
            yield cell, job


def _line(message: str) -> tuple[str, int]:
    """Return where to sort a mistake: its file and line."""
    match = re.match(r"(.*?), line (\d+):", message)
    return (match[1], int(match[2])) if match else (message, 0)


def _with_seeds(series: SeriesFile, seeds: Sequence[int]) -> SeriesFile:
    """Put seeds in place of those of the file."""
    if not seeds:
        return series
    defaults = replace(series.defaults, seeds=tuple(seeds))
    if not series.axes:
        return replace(series, defaults=defaults)
    values = tuple((str(seed), Layer("--seeds", seeds=(seed,))) for seed in seeds)
    others = [axis for axis in series.axes if axis.name != "seed"]
    return replace(series, axes=(*others, Axis("seed", values, "--seeds")), defaults=defaults)


def _misplaced(series: SeriesFile, overrides: Sequence[Assignment]) -> Iterator[str]:
    """Yield the settings of the command line that a series takes from elsewhere."""
    axes = {axis.name: axis.origin for axis in series.axes}
    for setting in overrides:
        if setting.key in ELSEWHERE:
            yield f"{setting.origin}: of a series, {setting.key} is set by {ELSEWHERE[setting.key]}"
        elif setting.key in axes:
            yield (
                f"{setting.origin}: {setting.key} is an axis of the matrix ({axes[setting.key]}): "
                "change it there"
            )


def _cells(series: SeriesFile, mistakes: Mistakes) -> list[Cell]:
    """Return the cells of the matrix, those added to it, and the jobs beside it."""
    defaults = series.defaults
    cells: list[Cell] = []
    if series.axes:
        cells += cells_of(series.axes, series.exclude, defaults, mistakes)
    for layer in (*series.include, *series.jobs):
        cells.append(Cell(layer.labels, (defaults, layer), layer.origin, layer.name))
    if not series.axes and not {"jobs", "matrix"} & set(series.lines):
        cells.append(Cell({}, (defaults,), defaults.origin, defaults.name))
    if not cells and not mistakes:
        where = series.lines.get("matrix", series.lines.get("jobs", str(series.path)))
        mistakes.add(f"{where}: there is no picture to draw: everything is excluded or empty")
    return cells


def _pictures(series: SeriesFile, drawn: Sequence[tuple[Cell, Job]]) -> Iterator[PlannedPicture]:
    """Yield the candidates of every job under a name of their own."""
    for cell, first in drawn:
        labels = [label for axis, label in cell.labels.items() if axis != "seed"]
        written = cell.name or "-".join(label for label in labels if label != "none")
        start = slug(written) if written else first.stem.rpartition("_")[0]
        for number in range(series.candidates):
            job = first if number == 0 else replace(first, seed=derived(first.seed, number))
            ending = f"-c{number + 1}" if series.candidates > 1 else ""
            yield PlannedPicture(
                job=job,
                name=f"{start}_s{first.seed}{ending}_{job.id[:6]}",
                labels=cell.labels,
                group=first.id,
                origin=cell.origin,
            )


def derived(seed: int, number: int) -> int:
    """Return the seed of a further candidate of a picture."""
    digest = hashlib.sha256(f"candidate {number} of {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def check_inputs(pictures: Iterable[PlannedPicture]) -> None:
    """Make sure that the files exist that pictures are drawn from.

    Raises:
        ConfigError: with every file that does not exist.
    """
    mistakes = Mistakes()
    seen: set[tuple[object, ...]] = set()
    for picture in pictures:
        config = picture.job.whole()
        inputs = (config.pictures(), config.vqgan, config.perceptors)
        if inputs not in seen:
            seen.add(inputs)
            mistakes.add(*(f"{picture.origin}: {text}" for text in missing_inputs(config)))
    mistakes.check()


def _duplicates(pictures: Sequence[PlannedPicture]) -> list[str]:
    """Return a message for each picture that another one equals; the last counts the rest."""
    first: dict[str, PlannedPicture] = {}
    messages = []
    for picture in pictures:
        other = first.setdefault(picture.id, picture)
        if other is not picture:
            messages.append(
                f"{picture.origin}: {picture.name} is the same picture as that of {other.origin}; "
                "leave one of them out, or give it another seed"
            )
    more = len(messages) - SHOWN
    return messages[:SHOWN] + ([f"and {more} more duplicate pictures"] if more > 0 else [])
