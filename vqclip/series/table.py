"""A table of a series file: which preset, styles, seeds, prompts, fields and settings it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from vqclip.config.job import parse_seeds
from vqclip.config.layers import Assignment, flatten
from vqclip.config.nodes import contents, pairs
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.errors import ConfigError

SPECIAL = {
    "preset": "preset",
    "presets": "preset",
    "style": "style",
    "styles": "style",
    "seed": "seed",
    "seeds": "seed",
    "prompt": "prompt",
    "prompts": "prompt",
    "name": "name",
}
"""Keys that are not of the configuration, or mean more here, with their canonical names."""
NONE = ("", "none", "null", "~")


@dataclass(frozen=True)
class Settings:
    """What one table, or one value of an axis, sets.

    Attributes:
        origin: the file and line it is written at.
        preset: the name of a preset, or None.
        styles: names of styles, or None.
        seeds: or None.
        prompts: a list of templates as YAML has them, or None.
        name: of the picture's file, or None.
        fields: what templates may use, with where it is written.
        assignments: keys of the configuration.
        labels: by the names of the axes, where the table takes a place on them.
    """

    origin: str
    preset: Assignment | None = None
    styles: tuple[Assignment, ...] | None = None
    seeds: tuple[int, ...] | None = None
    prompts: Assignment | None = None
    name: str | None = None
    fields: Mapping[str, Assignment] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@lru_cache
def config_keys() -> frozenset[str]:
    """Every dotted key of the configuration."""
    return frozenset(keys(Config))


def line_of(node: yaml.Node, origin: str) -> str:
    """Where a node is written."""
    return f"{origin}, line {node.start_mark.line + 1}"


def guarded(
    errors: list[str], prefix: str, read: Callable[..., Any], *args: Any, default: Any = None
) -> Any:
    """Call `read`; note its mistakes and return `default` instead of raising."""
    try:
        return read(*args)
    except ConfigError as error:
        errors += [f"{prefix}{message}" for message in error.messages]
        return default


def list_pairs(node: yaml.MappingNode, origin: str) -> list[tuple[str, yaml.Node]]:
    """The keys of a table with their values.

    Raises:
        ConfigError: a key is there twice.
    """
    return list(pairs(node, origin))


def _flattened(node: yaml.MappingNode, origin: str) -> list[Assignment]:
    return list(flatten(node, "", origin))


def read_table(node: yaml.Node, origin: str, errors: list[str]) -> Settings:
    """Read a table of a series file; mistakes are added to `errors`."""
    line = line_of(node, origin)
    if not isinstance(node, yaml.MappingNode):
        errors.append(f"{line}: a table of keys and values is needed, not {_shown(node)}")
        return Settings(line)
    entries = guarded(errors, "", list_pairs, node, origin, default=[])
    special: list[tuple[str, Any, str]] = []
    rest: list[Assignment] = []
    for key, value in entries:
        if key in SPECIAL:
            read = guarded(errors, "", contents, value, origin)
            special.append((key, read, line_of(value, origin)))
        else:
            one = yaml.MappingNode(
                "", [(yaml.ScalarNode("", key, value.start_mark, value.end_mark), value)]
            )
            rest += guarded(errors, "", _flattened, one, origin, default=[])
    return make_settings(line, special, rest, errors)


def make_settings(
    origin: str,
    special: Iterable[tuple[str, Any, str]],
    rest: Iterable[Assignment],
    errors: list[str],
) -> Settings:
    """Sort keys into what they set; a key of no configuration with one value is a field."""
    found: dict[str, Any] = {}
    for key, value, line in special:
        kind = SPECIAL[key]
        if kind in found:
            errors.append(f"{line}: {key}: is there twice, as {kind} and {kind}s")
        prefix = f"{line}: {key}: "
        found[kind] = guarded(errors, prefix, READERS[kind], value, line)
    fields = {}
    assignments = []
    for one in rest:
        if one.key.isidentifier() and one.key not in config_keys() and isinstance(one.value, str):
            fields[one.key] = one
        else:
            assignments.append(one)
    return Settings(
        origin,
        preset=found.get("preset"),
        styles=found.get("style"),
        seeds=found.get("seed"),
        prompts=found.get("prompt"),
        name=found.get("name"),
        fields=fields,
        assignments=tuple(assignments),
    )


def _shown(node: yaml.Node) -> str:
    return repr(node.value) if isinstance(node, yaml.ScalarNode) else "a list"


def _text(value: Any, line: str) -> str:
    if not isinstance(value, str) or value in NONE:
        raise ConfigError(f"is one name, not {value!r}")
    return value


def _name(value: Any, line: str) -> str:
    if not re.fullmatch(r"\w[\w .-]{0,99}", _text(value, line)):
        raise ConfigError(f"is letters, digits, spaces, dots and hyphens, not {value!r}")
    return str(value)


def _preset(value: Any, line: str) -> Assignment | None:
    return None if value in NONE else Assignment("preset", _text(value, line), line)


def _styles(value: Any, line: str) -> tuple[Assignment, ...]:
    names = value if isinstance(value, list) else re.split(r"\s*[,+]\s*", str(value))
    return tuple(Assignment("style", _text(one, line), line) for one in names if one not in NONE)


def _seeds(value: Any, line: str) -> tuple[int, ...]:
    if isinstance(value, dict):
        raise ConfigError(f"are numbers and ranges such as 0-9, not {value!r}")
    return tuple(parse_seeds(",".join(map(str, value)) if isinstance(value, list) else value))


def _prompts(value: Any, line: str) -> Assignment:
    entries = value if isinstance(value, list) else [value]
    if not entries or entries == [""]:
        raise ConfigError("is empty: say what to draw")
    return Assignment("prompts", entries, line)


READERS: dict[str, Callable[[Any, str], Any]] = {
    "preset": _preset,
    "style": _styles,
    "seed": _seeds,
    "prompt": _prompts,
    "name": _name,
}
