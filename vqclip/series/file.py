"""The series file: defaults, a matrix of axes, and jobs, read with the line of everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from vqclip.config.nodes import compose, contents, line_of, pairs, read_text
from vqclip.errors import ConfigError, Mistakes, did_you_mean, listed, shown
from vqclip.series.axis import Axis, label_of, read_axis, read_csv
from vqclip.series.matrix import Rule
from vqclip.series.table import SPECIAL, Layer, read_table

T = TypeVar("T")

KEYS = ("name", "defaults", "matrix", "jobs", "candidates", "keep", "judge")
RULES = ("exclude", "include")
MOST_CANDIDATES = 1000


@dataclass(frozen=True)
class SeriesFile:
    """What a series file says, before anything is multiplied.

    Attributes:
        path: of the file; lists of words and prompts are looked for beside it.
        name: of the run's folder.
        defaults: below every other layer.
        axes: of the matrix.
        exclude: cells of the matrix that are left out.
        include: cells that are added to it.
        jobs: pictures beside the matrix.
        candidates: pictures drawn for each one that is asked for.
        keep: how many of them are kept.
        judge: the perceptor that ranks them, or None for the guiding ones.
        lines: where each key of the file is written.
    """

    path: Path
    name: str
    defaults: Layer
    axes: tuple[Axis, ...] = ()
    exclude: tuple[Rule, ...] = ()
    include: tuple[Layer, ...] = ()
    jobs: tuple[Layer, ...] = ()
    candidates: int = 1
    keep: int = 1
    judge: str | None = None
    lines: Mapping[str, str] = field(default_factory=dict)

    def layers(self) -> Iterator[Layer]:
        """Yield everything that sets something."""
        yield self.defaults
        yield from (layer for axis in self.axes for _, layer in axis.values)
        yield from (*self.include, *self.jobs)


def read_series(path: Path, mistakes: Mistakes) -> SeriesFile:
    """Read a series file; note the mistakes within it.

    Raises:
        ConfigError: the file is missing, or no YAML table.
    """
    origin = str(path)
    node = compose(read_text(path, "series"), origin)
    if node is None:
        raise ConfigError(f"{path} is empty: a series has {', '.join(KEYS)}")
    keys: list[tuple[str, yaml.Node]] = mistakes.read(partial(pairs, node, origin), [])
    table = dict(keys)
    lines = {key: line_of(value, origin) for key, value in table.items()}
    mistakes.add(
        *(
            f"{lines[key]}: unknown key {shown(key)}: allowed are {', '.join(KEYS)}"
            f"{did_you_mean(key, KEYS)}"
            for key in table
            if key not in KEYS
        )
    )
    series = _Reader(path, table, mistakes).series(lines)
    if "/" in series.name or series.name.startswith("."):
        mistakes.add(f"{lines['name']}: name: is the name of a folder, not {shown(series.name)}")
    if series.keep > series.candidates:
        mistakes.add(f"{lines['keep']}: keep: is above candidates")
    return series


@dataclass
class _Reader:
    """Reads the parts of one series file.

    Attributes:
        path: of the file.
        table: the keys of the file with their values.
        mistakes: noted so far.
    """

    path: Path
    table: Mapping[str, yaml.Node]
    mistakes: Mistakes

    def series(self, lines: Mapping[str, str]) -> SeriesFile:
        """Read everything; a part with a mistake is as if it were not there."""
        table, origin = self.table, str(self.path)
        series = SeriesFile(
            self.path,
            name=self._value("name", _single, self.path.stem),
            defaults=Layer(origin),
            jobs=self._jobs(table["jobs"]) if "jobs" in table else (),
            candidates=self._value("candidates", _count, 1),
            keep=self._value("keep", _count, 1),
            judge=self._value("judge", _single, None),
            lines=lines,
        )
        if "defaults" in table:
            defaults = read_table(table["defaults"], origin, self.mistakes)
            series = replace(series, defaults=defaults)
        return self._with_matrix(series, table["matrix"]) if "matrix" in table else series

    def _line(self, node: yaml.Node) -> str:
        return line_of(node, str(self.path))

    def _value(self, key: str, read: Callable[[yaml.Node], T], default: T) -> T:
        if key not in self.table:
            return default
        node = self.table[key]
        return self.mistakes.read(
            partial(read, node), default, prefix=f"{self._line(node)}: {key}: "
        )

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[str, yaml.Node]]:
        return self.mistakes.read(partial(pairs, node, str(self.path)), [])

    def _entries(self, key: str, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.mistakes.add(f"{self._line(node)}: {key}: is a list of tables")
        return []

    def _jobs(self, node: yaml.Node) -> tuple[Layer, ...]:
        if isinstance(node, yaml.ScalarNode) and node.value.endswith(".csv"):
            read = partial(read_csv, self.path.parent / node.value)
            return tuple(self.mistakes.read(read, [], prefix=f"{self._line(node)}: jobs: "))
        return tuple(
            read_table(entry, str(self.path), self.mistakes)
            for entry in self._entries("jobs", node)
        )

    def _with_matrix(self, series: SeriesFile, node: yaml.Node) -> SeriesFile:
        if not isinstance(node, yaml.MappingNode):
            self.mistakes.add(f"{self._line(node)}: matrix: is a table of axes")
            return series
        entries = self._pairs(node)
        axes = [
            read_axis(key, value, self.path, self.mistakes)
            for key, value in self._flat(entries)
            if key not in RULES
        ]
        rules = {key: self._entries(key, value) for key, value in entries if key in RULES}
        names = {SPECIAL.get(axis.name, axis.name): axis.name for axis in axes}
        return replace(
            series,
            axes=tuple(axes),
            exclude=tuple(
                rule
                for entry in rules.get("exclude", [])
                if (rule := self._rule(entry, names)) is not None
            ),
            include=tuple(self._included(entry, names) for entry in rules.get("include", [])),
        )

    def _flat(self, entries: Sequence[tuple[str, yaml.Node]]) -> list[tuple[str, yaml.Node]]:
        """Take sections of the configuration apart: `cutouts: {count: [8, 16]}`."""
        found: list[tuple[str, yaml.Node]] = []
        for key, value in entries:
            if isinstance(value, yaml.MappingNode):
                found += [(f"{key}.{name}", entry) for name, entry in self._pairs(value)]
            else:
                found.append((key, value))
        return found

    def _place(self, node: yaml.Node, names: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
        """Return the values a table has on the axes, by the axes' names, and its other keys."""
        if not isinstance(node, yaml.MappingNode):
            return {}, []
        table: dict[str, Any] = self.mistakes.read(partial(contents, node, str(self.path)), {})
        known = {
            alias: name for key, name in names.items() for alias in (key, name, name.rstrip("s"))
        }
        known |= {key: names[kind] for key, kind in SPECIAL.items() if kind in names}
        placed = {known[key]: value for key, value in table.items() if key in known}
        return placed, [key for key in table if key not in known]

    def _rule(self, node: yaml.Node, names: Mapping[str, str]) -> Rule | None:
        line = self._line(node)
        placed, others = self._place(node, names)
        for key in others:
            self.mistakes.add(
                f"{line}: exclude: unknown axis {shown(key)}: allowed are "
                f"{listed(names.values())}{did_you_mean(key, names.values())}"
            )
        if not placed and not others:
            self.mistakes.add(f"{line}: exclude: is a table of axes and values")
        wanted = {
            axis: tuple(map(label_of, value if isinstance(value, list) else [value]))
            for axis, value in placed.items()
        }
        return Rule(wanted, line) if wanted and not others else None

    def _included(self, node: yaml.Node, names: Mapping[str, str]) -> Layer:
        placed, _ = self._place(node, names)
        labels = {axis: label_of(value) for axis, value in placed.items()}
        return replace(read_table(node, str(self.path), self.mistakes), labels=labels)


def _single(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise ConfigError("is one value")
    return str(node.value)


def _count(node: yaml.Node) -> int:
    value = _single(node)
    if not value.isdecimal() or not 1 <= int(value) <= MOST_CANDIDATES:
        raise ConfigError(f"allowed is a number from 1 to {MOST_CANDIDATES}, not {shown(value)}")
    return int(value)
