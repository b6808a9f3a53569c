"""The series file: defaults, a matrix of axes, and jobs, read with the line of everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from vqclip.config.nodes import compose, contents, read_text
from vqclip.errors import ConfigError, did_you_mean
from vqclip.series.axis import Axis, label_of, read_axis, read_csv
from vqclip.series.table import (
    SPECIAL,
    Settings,
    guarded,
    line_of,
    list_pairs,
    read_table,
)

KEYS = ("name", "defaults", "matrix", "jobs", "candidates", "keep", "judge")
RULES = ("exclude", "include")
MOST_CANDIDATES = 1000


@dataclass(frozen=True)
class Rule:
    """Cells to leave out: those with one of the values on every axis named."""

    wanted: Mapping[str, tuple[str, ...]]
    origin: str


@dataclass(frozen=True)
class SeriesFile:
    """What a series file says, before anything is multiplied.

    Attributes:
        path: of the file; lists of words and prompts are looked for beside it.
        candidates: pictures drawn for each one that is asked for.
        keep: how many of them are kept.
        judge: the perceptor that ranks them, or None for the guiding ones.
    """

    path: Path
    name: str
    defaults: Settings
    axes: tuple[Axis, ...] = ()
    exclude: tuple[Rule, ...] = ()
    include: tuple[Settings, ...] = ()
    jobs: tuple[Settings, ...] = ()
    candidates: int = 1
    keep: int = 1
    judge: str | None = None
    lines: Mapping[str, str] = field(default_factory=dict)


def read_series(path: Path, errors: list[str]) -> SeriesFile:
    """Read a series file; mistakes within it are added to `errors`.

    Raises:
        ConfigError: the file is missing, or no YAML table.
    """
    origin = str(path)
    node = compose(read_text(path, "series"), origin)
    if node is None:
        raise ConfigError(f"{path} is empty: a series has {', '.join(KEYS)}")
    table = dict(guarded(errors, "", list_pairs, node, origin, default=[]))
    lines = {key: line_of(value, origin) for key, value in table.items()}
    errors += [
        f"{lines[key]}: unknown key {key!r}: allowed are {', '.join(KEYS)}{did_you_mean(key, KEYS)}"
        for key in table
        if key not in KEYS
    ]
    found: dict[str, Any] = {"name": path.stem, "defaults": Settings(origin), "lines": lines}
    for key, value in table.items():
        found |= guarded(errors, "", _part, key, value, path, errors, default={})
    if "/" in found["name"] or found["name"].startswith("."):
        errors.append(f"{lines['name']}: name: is the name of a folder, not {found['name']!r}")
    if found.get("keep", 1) > found.get("candidates", 1):
        errors.append(f"{lines['keep']}: keep: is above candidates")
    return SeriesFile(path, **found)


def _part(key: str, node: yaml.Node, path: Path, errors: list[str]) -> dict[str, Any]:
    """Read the value of one key of the file."""
    origin = str(path)
    if key == "matrix":
        return _matrix(node, path, errors)
    if key == "defaults":
        return {key: read_table(node, origin, errors)}
    if key == "jobs":
        return {key: _jobs(node, path, errors)}
    if key in ("candidates", "keep"):
        return {key: _count(node, key, origin)}
    return {key: _scalar(node, key, origin)} if key in KEYS else {}


def _scalar(node: yaml.Node, key: str, origin: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise ConfigError(f"{line_of(node, origin)}: {key}: is one value")
    return str(node.value)


def _count(node: yaml.Node, key: str, origin: str) -> int:
    value = _scalar(node, key, origin)
    if not value.isdecimal() or not 1 <= int(value) <= MOST_CANDIDATES:
        raise ConfigError(
            f"{line_of(node, origin)}: {key}: allowed is a number from 1 to {MOST_CANDIDATES}, "
            f"not {value!r}"
        )
    return int(value)


def _matrix(node: yaml.Node, path: Path, errors: list[str]) -> dict[str, Any]:
    origin = str(path)
    if not isinstance(node, yaml.MappingNode):
        errors.append(f"{line_of(node, origin)}: matrix: is a table of axes")
        return {}
    entries = guarded(errors, "", list_pairs, node, origin, default=[])
    axes = [
        read_axis(key, value, path, errors)
        for key, value in _flat(entries, origin, errors)
        if key not in RULES
    ]
    rules = {key: _entries(value, key, origin, errors) for key, value in entries if key in RULES}
    names = {SPECIAL.get(one.name, one.name): one.name for one in axes}
    return {
        "axes": tuple(axes),
        "exclude": tuple(_rule(one, names, origin, errors) for one in rules.get("exclude", [])),
        "include": tuple(_include(one, names, origin, errors) for one in rules.get("include", [])),
    }


def _flat(
    entries: list[tuple[str, yaml.Node]], origin: str, errors: list[str]
) -> list[tuple[str, yaml.Node]]:
    """Take sections of the configuration apart: `cutouts: {count: [8, 16]}`."""
    found: list[tuple[str, yaml.Node]] = []
    for key, value in entries:
        if isinstance(value, yaml.MappingNode):
            inner = guarded(errors, "", list_pairs, value, origin, default=[])
            found += [(f"{key}.{name}", one) for name, one in inner]
        else:
            found.append((key, value))
    return found


def _entries(node: yaml.Node, key: str, origin: str, errors: list[str]) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        errors.append(f"{line_of(node, origin)}: {key}: is a list of tables")
        return []
    return list(node.value)


def _jobs(node: yaml.Node, path: Path, errors: list[str]) -> tuple[Settings, ...]:
    origin = str(path)
    if isinstance(node, yaml.ScalarNode) and node.value.endswith(".csv"):
        file = path.parent / node.value
        prefix = f"{line_of(node, origin)}: jobs: "
        return tuple(guarded(errors, prefix, read_csv, file, default=[]))
    found = _entries(node, "jobs", origin, errors)
    return tuple(read_table(one, origin, errors) for one in found)


def _placed(
    node: yaml.Node, names: Mapping[str, str], origin: str, errors: list[str]
) -> dict[str, Any]:
    """The values a table has on the axes, by the axes' names."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    table = guarded(errors, "", contents, node, origin, default={})
    known = {alias: name for key, name in names.items() for alias in (key, name, name.rstrip("s"))}
    known |= {key: names[one] for key, one in SPECIAL.items() if one in names}
    return {known.get(key, f"?{key}"): value for key, value in table.items()}


def _rule(node: yaml.Node, names: Mapping[str, str], origin: str, errors: list[str]) -> Rule:
    line = line_of(node, origin)
    placed = _placed(node, names, origin, errors)
    for key in placed:
        if key.startswith("?"):
            errors.append(
                f"{line}: exclude: unknown axis {key[1:]!r}: allowed are "
                f"{', '.join(names.values())}{did_you_mean(key[1:], names.values())}"
            )
    if not placed:
        errors.append(f"{line}: exclude: is a table of axes and values")
    wanted = {
        key: tuple(map(label_of, value if isinstance(value, list) else [value]))
        for key, value in placed.items()
    }
    return Rule(wanted, line)


def _include(node: yaml.Node, names: Mapping[str, str], origin: str, errors: list[str]) -> Settings:
    placed = _placed(node, names, origin, errors)
    labels = {key: label_of(value) for key, value in placed.items() if not key.startswith("?")}
    return replace(read_table(node, origin, errors), labels=labels)
