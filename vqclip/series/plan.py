"""The plan of a series: the cells of its matrix and its list, expanded to named, distinct jobs."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vqclip.config.job import MOST, Job, slug
from vqclip.config.layers import Assignment
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, did_you_mean
from vqclip.series.axis import Axis
from vqclip.series.cell import Cell, Resolver
from vqclip.series.file import Rule, SeriesFile, read_series
from vqclip.series.table import Settings, config_keys
from vqclip.series.template import fields_of, texts_of

ELSEWHERE = {"seed": "--seeds", "prompts": "the file's prompts"}
"""Settings that a series takes from elsewhere than key=value."""
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
        folder: where they go.
        axes: the names of the matrix' axes, with their labels in order.
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
        ConfigError: with every mistake in the file.
    """
    errors: list[str] = []
    series = _renamed(_with_seeds(read_series(path, errors), seeds), errors)
    errors += _misplaced(series, overrides)
    cells = _cells(series, errors)
    if not errors and len(cells) > MOST:
        errors.append(f"{path}: there are {len(cells)} cells, and at most {MOST} make a series")
    resolver = Resolver(path.parent, overrides)
    if errors:
        for one in _tables(series):
            resolver.check(Cell({}, (series.defaults, one), one.origin), errors)
    drawn = [(cell, job) for cell in cells[:MOST] for job in resolver.jobs(cell, errors)]
    jobs = tuple(_planned(series, drawn))
    errors += _duplicates(jobs)
    folders = {job.config.output.folder for _, job in drawn}
    if len(folders) > 1 and folder is None:
        errors.append(f"{path}: output.folder: is one for a series, not {', '.join(folders)}")
    if errors:
        raise ConfigError(sorted(dict.fromkeys(errors), key=_line))
    place = folder or Path(min(folders)) / series.name
    axes = {one.name: tuple(label for label, _ in one.values) for one in series.axes}
    return Plan(series.name, place, jobs, axes, series.candidates, series.keep, series.judge)


def _line(message: str) -> tuple[str, int]:
    """Where to sort a mistake: by its file and line."""
    match = re.match(r"(.*?), line (\d+):", message)
    return (match[1], int(match[2])) if match else (message, 0)


def _with_seeds(series: SeriesFile, seeds: Sequence[int]) -> SeriesFile:
    if not seeds:
        return series
    given = Settings("--seeds", seeds=tuple(seeds))
    if not series.axes:
        return replace(series, defaults=replace(series.defaults, seeds=given.seeds))
    values = tuple((str(seed), replace(given, seeds=(seed,))) for seed in seeds)
    kept = [one for one in series.axes if one.name != "seed"]
    return replace(
        series,
        axes=(*kept, Axis("seed", values, "--seeds")),
        defaults=replace(series.defaults, seeds=given.seeds),
    )


def _tables(series: SeriesFile) -> Iterator[Settings]:
    yield series.defaults
    yield from (one for axis in series.axes for _, one in axis.values)
    yield from (*series.include, *series.jobs)


def _renamed(series: SeriesFile, errors: list[str]) -> SeriesFile:
    """Give fields the names templates use: `subjects` is `{subject}`; refuse those none uses."""
    tables = list(_tables(series))
    templates = [
        text for one in tables for text in texts_of(one.prompts.value if one.prompts else [])
    ]
    templates += [
        text for one in tables for setting in one.assignments for text in texts_of(setting.value)
    ]
    used = {name for text in templates for name in fields_of(text)}
    if series.defaults.prompts is None and all(one.name != "prompt" for one in series.axes):
        used.add("subject")
    names: dict[str, str] = {}
    for key, one in {key: one for table in tables for key, one in table.fields.items()}.items():
        single = key if key in used else key.removesuffix("s")
        names[key] = single
        if single not in used:
            near = did_you_mean(key, {*config_keys(), *used})
            errors.append(
                f"{one.origin}: unknown key {key!r}: the configuration has none of that name, and "
                f"no prompt uses {{{key}}}{near}"
            )

    return _with_names(series, names)


def _with_names(series: SeriesFile, names: Mapping[str, str]) -> SeriesFile:
    def rename(table: Settings) -> Settings:
        fields = {names[key]: one for key, one in table.fields.items()}
        labels = {names.get(key, key): one for key, one in table.labels.items()}
        return replace(table, fields=fields, labels=labels)

    axes = [
        replace(
            one,
            name=names.get(one.name, one.name),
            values=tuple((label, rename(table)) for label, table in one.values),
        )
        for one in series.axes
    ]
    rules = [
        replace(one, wanted={names.get(key, key): value for key, value in one.wanted.items()})
        for one in series.exclude
    ]
    return replace(
        series,
        defaults=rename(series.defaults),
        axes=tuple(axes),
        exclude=tuple(rules),
        include=tuple(map(rename, series.include)),
        jobs=tuple(map(rename, series.jobs)),
    )


def _misplaced(series: SeriesFile, overrides: Sequence[Assignment]) -> list[str]:
    axes = {one.name: one.origin for one in series.axes}
    errors = [
        f"{one.origin}: {one.key} is an axis of the matrix ({axes[one.key]}): change it there"
        for one in overrides
        if one.key in axes and one.key not in ELSEWHERE
    ]
    return errors + [
        f"{one.origin}: of a series, {one.key} is set by {ELSEWHERE[one.key]}"
        for one in overrides
        if one.key in ELSEWHERE
    ]


def _cells(series: SeriesFile, errors: list[str]) -> list[Cell]:
    cells = _matrix_cells(series, errors) if series.axes else []
    for one in (*series.include, *series.jobs):
        cells.append(Cell(one.labels, (series.defaults, one), one.origin, one.name))
    asked = series.axes or {"jobs", "matrix"} & set(series.lines)
    if not asked:
        cells.append(Cell({}, (series.defaults,), series.defaults.origin, series.defaults.name))
    if not cells and not errors:
        where = series.lines.get("matrix", series.lines.get("jobs", str(series.path)))
        errors.append(f"{where}: there is no picture to draw: everything is excluded or empty")
    return cells


def _matrix_cells(series: SeriesFile, errors: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    unused = {rule.origin: rule for rule in series.exclude}
    for values in itertools.product(*(one.values for one in series.axes)):
        labels = {axis.name: label for axis, (label, _) in zip(series.axes, values, strict=True)}
        hit = [rule for rule in series.exclude if _matches(rule, labels)]
        for rule in hit:
            unused.pop(rule.origin, None)
        if not hit:
            layers = (series.defaults, *(settings for _, settings in values))
            cells.append(Cell(labels, layers, series.axes[0].origin))
    known = {one.name for one in series.axes if one.values}
    errors += [
        f"{rule.origin}: exclude: there is no cell {_describe(rule.wanted)}"
        for rule in unused.values()
        if len(known) == len(series.axes) and set(rule.wanted) <= known
    ]
    return cells


def _matches(rule: Rule, labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) in values for key, values in rule.wanted.items())


def _describe(wanted: Mapping[str, Iterable[str]]) -> str:
    return ", ".join(f"{key} {' or '.join(values)}" for key, values in wanted.items())


def _planned(series: SeriesFile, drawn: Sequence[tuple[Cell, Job]]) -> Iterator[PlannedPicture]:
    for cell, first in drawn:
        group = first.id
        for number in range(series.candidates):
            job = first if number == 0 else replace(first, seed=derived(first.seed, number))
            written = "-".join(
                one for key, one in cell.labels.items() if key != "seed" and one != "none"
            )
            start = (
                slug(cell.name or written) if cell.name or written else job.stem.rpartition("_")[0]
            )
            ending = f"-c{number + 1}" if series.candidates > 1 else ""
            yield PlannedPicture(
                job=job,
                name=f"{start}_s{first.seed}{ending}_{job.id[:6]}",
                labels=cell.labels,
                group=group,
                origin=cell.origin,
            )


def derived(seed: int, number: int) -> int:
    """The seed of a further candidate of a picture."""
    digest = hashlib.sha256(f"candidate {number} of {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _duplicates(jobs: Sequence[PlannedPicture]) -> list[str]:
    first: dict[str, PlannedPicture] = {}
    messages = []
    for one in jobs:
        other = first.setdefault(one.id, one)
        if other is not one:
            messages.append(
                f"{one.origin}: {one.name} is the same picture as the one of {other.origin}; "
                "leave one of them out, or give it another seed"
            )
    more = len(messages) - SHOWN
    return messages[:SHOWN] + (
        [f"and {more} more pictures that are there twice"] if more > 0 else []
    )
