"""An axis of a series' matrix: its labelled values, from the series file, a list or a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from vqclip.config.layers import Assignment
from vqclip.config.nodes import contents, read_lines, read_text
from vqclip.errors import ConfigError
from vqclip.series.table import SPECIAL, Settings, guarded, line_of, make_settings


@dataclass(frozen=True)
class Axis:
    """One dimension of the matrix: labelled values, each with what it sets."""

    name: str
    values: tuple[tuple[str, Settings], ...]
    origin: str


def read_axis(key: str, node: yaml.Node, path: Path, errors: list[str]) -> Axis:
    """Read one dimension of the matrix of the file `path`; mistakes are added to `errors`."""
    line = line_of(node, str(path))
    name = SPECIAL.get(key, key)
    before = len(errors)
    values = guarded(errors, f"{line}: matrix.{key}: ", _values, name, node, path, default=[])
    read = []
    for value, at in values:
        if isinstance(value, Settings):
            read.append((value.name or "", replace(value, name=None)))
            continue
        special = [(name, value, at)] if name in SPECIAL else []
        rest = [] if special else [Assignment(name, value, at)]
        read.append((label_of(value), make_settings(at, special, rest, errors)))
    if not read and len(errors) == before:
        errors.append(f"{line}: matrix.{key}: is empty, so there is nothing to draw")
    labels = [label for label, _ in read]
    for label in dict.fromkeys(one for one in labels if labels.count(one) > 1):
        errors.append(f"{line}: matrix.{key}: {label!r} is there twice")
    return Axis(name, tuple(read), line)


def _values(name: str, node: yaml.Node, path: Path) -> list[tuple[Any, str]]:
    """The values of an axis, each with its line; from a file where the axis names one."""
    origin = str(path)
    if isinstance(node, yaml.SequenceNode):
        found = [(contents(one, origin), line_of(one, origin)) for one in node.value]
    elif node.value.endswith(".csv"):
        return [(one, one.origin) for one in read_csv(path.parent / node.value, named=True)]
    elif node.value.endswith(".txt"):
        file = path.parent / node.value
        return [(text, f"{file}, line {at}") for at, text in read_lines(file, "list")]
    elif name == "seed":
        found = [(node.value, line_of(node, origin))]
    else:
        raise ConfigError(f"is a list, or the name of a .txt or .csv file, not {node.value!r}")
    if name == "seed":
        bad: list[str] = []
        read = make_settings(origin, [("seed", [one for one, _ in found], origin)], [], bad)
        if bad:
            raise ConfigError([message.split("seed: ", 1)[-1] for message in bad])
        return [(str(seed), found[0][1]) for seed in read.seeds or ()]
    return found


def read_csv(path: Path, *, named: bool = False) -> list[Settings]:
    """Read a table whose first line names keys and fields; empty cells set nothing.

    Args:
        path: the file.
        named: whether rows are labelled, by `name` or their first column.

    Raises:
        ConfigError: it is missing or empty, or a row has more cells than the first line.
    """
    rows = csv.DictReader(io.StringIO(read_text(path, "table")), strict=True)
    found: list[Settings] = []
    errors: list[str] = []
    for row in rows:
        line = f"{path}, line {rows.line_num}"
        if None in row:
            errors.append(f"{line}: has more cells than the first line")
            continue
        cells = {str(key).strip(): str(one) for key, one in row.items() if one}
        special = [(key, one, line) for key, one in cells.items() if key in SPECIAL]
        rest = [Assignment(key, one, line) for key, one in cells.items() if key not in SPECIAL]
        one = make_settings(line, special, rest, errors)
        label = one.name or next(iter(cells.values()), "")
        found.append(replace(one, name=label) if named else one)
    if not found and not errors:
        errors.append(f"the table {path} has no rows")
    if errors:
        raise ConfigError(errors)
    return found


def label_of(value: Any) -> str:
    """A value as it is written under a picture."""
    if isinstance(value, list):
        return " + ".join(map(label_of, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {label_of(one)}" for key, one in value.items())
    return str(value)
