"""An axis of a series' matrix: its labelled values, from the series file, a list or a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import yaml

from vqclip.config.layers import Assignment
from vqclip.config.nodes import contents, line_of, read_lines
from vqclip.errors import ConfigError, Mistakes, shown
from vqclip.series.csvtable import read_rows
from vqclip.series.table import SPECIAL, Layer, make_layer, seeds_of


@dataclass(frozen=True)
class Axis:
    """One dimension of the matrix.

    Attributes:
        name: of the key, field or special key that it sets.
        values: each label with what the value sets.
        origin: the file and line it is written at.
    """

    name: str
    values: tuple[tuple[str, Layer], ...]
    origin: str

    def renamed(self, name: str, rename: Callable[[Layer], Layer]) -> Axis:
        """Return the axis with another name and with its layers renamed."""
        return Axis(
            name, tuple((label, rename(layer)) for label, layer in self.values), self.origin
        )


def read_axis(key: str, node: yaml.Node, path: Path, mistakes: Mistakes) -> Axis:
    """Read one dimension of the matrix of the file `path`; note its mistakes."""
    line = line_of(node, str(path))
    name = SPECIAL.get(key, key)
    own = Mistakes()
    prefix = f"{line}: matrix.{key}: "
    values: list[tuple[str, Layer]] = own.read(
        partial(_layers, name, node, path, own), [], prefix=prefix
    )
    if not values and not own:
        own.add(f"{prefix}is empty, so there is nothing to draw")
    labels = [label for label, _ in values]
    for label, count in Counter(labels).items():
        if count > 1:
            own.add(f"{prefix}duplicate value {shown(label)}")
    mistakes.add(*own.messages)
    return Axis(name, tuple(values), line)


def _layers(name: str, node: yaml.Node, path: Path, mistakes: Mistakes) -> list[tuple[str, Layer]]:
    """Return the values of an axis with their labels; from a file where the axis names one.

    Raises:
        ConfigError: the axis is no list, or its file cannot be read.
    """
    if isinstance(node, yaml.ScalarNode) and node.value.endswith(".csv"):
        table = read_csv(path.parent / node.value, named=True)
        return [(layer.name or "", replace(layer, name=None)) for layer in table]
    if name == "seed":
        seeds = _seeds(_values(name, node, path))
        return [(str(seed), Layer(origin, seeds=(seed,))) for seed, origin in seeds]
    return [
        (label_of(value.value), make_layer(value.origin, [value], mistakes))
        for value in _values(name, node, path)
    ]


def _values(name: str, node: yaml.Node, path: Path) -> list[Assignment]:
    """Return the values of an axis, each with its line."""
    origin = str(path)
    if isinstance(node, yaml.SequenceNode):
        found = [
            Assignment(name, contents(entry, origin), line_of(entry, origin))
            for entry in node.value
        ]
    elif not isinstance(node, yaml.ScalarNode):
        raise ConfigError("is a list, or the name of a .txt or .csv file, not a table")
    elif node.value.endswith(".txt"):
        file = path.parent / node.value
        lines = read_lines(file, "list")
        found = [Assignment(name, text, f"{file}, line {number}") for number, text in lines]
    elif name == "seed":
        found = [Assignment(name, node.value, line_of(node, origin))]
    else:
        raise ConfigError(f"is a list, or the name of a .txt or .csv file, not {shown(node.value)}")
    return found


def _seeds(values: Sequence[Assignment]) -> list[tuple[int, str]]:
    """Return the seeds of an axis, ranges expanded, each with its line.

    Raises:
        ConfigError: they are no seeds, or too many.
    """
    if not values:
        return []
    together = Assignment("seed", [seeds.value for seeds in values], values[0].origin)
    return [(seed, values[0].origin) for seed in seeds_of(together)]


def read_csv(path: Path, *, named: bool = False) -> list[Layer]:
    """Read a table whose first line names keys and fields; empty cells set nothing.

    Args:
        path: the file.
        named: whether rows are labelled, by `name` or their first column.

    Raises:
        ConfigError: it is missing, empty or damaged, or a row has more cells than the first line.
    """
    found: list[Layer] = []
    mistakes = Mistakes()
    for line, cells in read_rows(path):
        layer = make_layer(line, [Assignment(*cell, line) for cell in cells.items()], mistakes)
        label = layer.name or next(iter(cells.values()), "")
        found.append(replace(layer, name=label) if named else layer)
    if not found and not mistakes:
        mistakes.add(f"the table {path} has no rows")
    mistakes.check()
    return found


def label_of(value: object) -> str:
    """Return a value as it is written under a picture."""
    if isinstance(value, list):
        return " + ".join(map(label_of, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {label_of(entry)}" for key, entry in value.items())
    return str(value)
