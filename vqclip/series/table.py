"""A table of a series file as a layer of settings: preset, styles, seeds, prompts, fields, keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

import yaml

from vqclip.config.job import parse_seeds
from vqclip.config.layers import Assignment, flatten
from vqclip.config.nodes import contents, line_of, pairs
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.config.yamltext import quoting_hint
from vqclip.errors import ConfigError, Mistakes, shown

T = TypeVar("T")

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
class Layer:
    """What one table, or one value of an axis, sets.

    Attributes:
        origin: the file and line it is written at.
        preset: the name of a preset, or None.
        styles: names of styles, or None.
        seeds: random seeds, or None.
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


def read_table(node: yaml.Node, origin: str, mistakes: Mistakes) -> Layer:
    """Read a table of the series file `origin`; note its mistakes."""
    line = line_of(node, origin)
    if not isinstance(node, yaml.MappingNode):
        written = shown(node.value) if isinstance(node, yaml.ScalarNode) else "a list"
        mistakes.add(f"{line}: a table of keys and values is needed, not {written}")
        return Layer(line)
    assignments: list[Assignment] = []
    entries: list[tuple[str, yaml.Node]] = mistakes.read(partial(pairs, node, origin), [])
    for key, value in entries:
        with mistakes.noted():
            if key in SPECIAL:
                entry = Assignment(key, contents(value, origin), line_of(value, origin))
                assignments.append(entry)
            else:
                name = yaml.ScalarNode("", key, value.start_mark, value.end_mark)
                assignments += flatten(yaml.MappingNode("", [(name, value)]), "", origin)
    return make_layer(line, assignments, mistakes)


def make_layer(origin: str, assignments: Iterable[Assignment], mistakes: Mistakes) -> Layer:
    """Sort keys by what they set; a key of no configuration with one value is a field."""
    special: dict[str, Assignment] = {}
    fields: dict[str, Assignment] = {}
    settings: list[Assignment] = []
    for assignment in assignments:
        key = assignment.key
        if key in SPECIAL:
            other = special.setdefault(SPECIAL[key], assignment)
            if other is not assignment:
                mistakes.add(f"{assignment.origin}: {key}: the table has {other.key} already")
        elif key.isidentifier() and key not in config_keys() and isinstance(assignment.value, str):
            fields[key] = assignment
        elif key not in config_keys() and (hint := quoting_hint(assignment.value)):
            value = shown(assignment.value)
            mistakes.add(f"{assignment.origin}: {key}: is a text, not {value}{hint}")
        else:
            settings.append(assignment)

    def read(kind: str, reader: Callable[[Assignment], T | None]) -> T | None:
        if kind not in special:
            return None
        prefix = f"{special[kind].origin}: {special[kind].key}: "
        return mistakes.read(partial(reader, special[kind]), None, prefix=prefix)

    return Layer(
        origin,
        preset=read("preset", _preset),
        styles=read("style", _styles),
        seeds=read("seed", seeds_of),
        prompts=read("prompt", _prompts),
        name=read("name", _name),
        fields=fields,
        assignments=tuple(settings),
    )


def seeds_of(assignment: Assignment) -> tuple[int, ...]:
    """Read seeds and ranges of seeds, as a list or in one text.

    Raises:
        ConfigError: they are something else.
    """
    value = assignment.value
    if isinstance(value, dict):
        raise ConfigError(f"are numbers and ranges such as 0-9, not {shown(value)}")
    return tuple(parse_seeds(",".join(map(str, value)) if isinstance(value, list) else value))


def _text(value: object) -> str:
    if not isinstance(value, str) or value in NONE:
        raise ConfigError(f"is one name, not {shown(value)}")
    return value


def _name(assignment: Assignment) -> str:
    text = _text(assignment.value)
    if not re.fullmatch(r"\w[\w .-]{0,99}", text):
        raise ConfigError(f"is letters, digits, spaces, dots and hyphens, not {shown(text)}")
    return text


def _preset(assignment: Assignment) -> Assignment | None:
    if assignment.value in NONE:
        return None
    return Assignment("preset", _text(assignment.value), assignment.origin)


def _styles(assignment: Assignment) -> tuple[Assignment, ...]:
    value = assignment.value
    names = (
        value
        if isinstance(value, list)
        else [name.strip() for name in re.split("[,+]", str(value))]
    )
    return tuple(
        Assignment("style", _text(name), assignment.origin) for name in names if name not in NONE
    )


def _prompts(assignment: Assignment) -> Assignment:
    templates = assignment.value if isinstance(assignment.value, list) else [assignment.value]
    if not templates or templates == [""]:
        raise ConfigError("is empty: say what to draw")
    return Assignment("prompts", templates, assignment.origin)
