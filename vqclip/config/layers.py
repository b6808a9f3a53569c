"""Layers of configuration: defaults, presets, styles, files and `key=value`, merged and checked.

Scalars stay texts until the type of their key is known, so that YAML 1.1 has no say: `off`,
`12:30`, `1e-2` and `007` mean what the key makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from vqclip.config.nodes import compose, compose_value, contents, line_of, pairs, read_text
from vqclip.config.option import Option, keys
from vqclip.config.parsing import Conflict, Parser, entries_of
from vqclip.config.scalars import text, whole_number
from vqclip.config.schema import Config
from vqclip.config.shelves import named_file
from vqclip.config.size import SIZE, sides
from vqclip.errors import ConfigError, Mistakes, did_you_mean, shorten, shown

if TYPE_CHECKING:
    from vqclip.config.tree import Tree

S = TypeVar("S")

QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
"""Texts in quotes, within which brackets mean nothing."""
APPENDED = ("style_prompts",)
"""Lists to which styles add; every other list replaces the one before."""
HASHES = re.compile(r"(?<=[\[,\s])(#\w+)(?=[\],\s])")
"""Colors in a list, which YAML would take for comments."""
SIDES = ("width", "height")
"""Keys that a `size` stands for."""


@dataclass(frozen=True)
class Assignment:
    """One `key = value` and where it was written; values are texts, lists and tables of texts."""

    key: str
    value: Any
    origin: str


def load_config(
    *,
    preset: str | None = None,
    files: Sequence[Path] = (),
    styles: Sequence[str] = (),
    assignments: Sequence[Assignment] = (),
) -> Config:
    """Merge the layers in this order and check the result.

    Args:
        preset: the name or the path of a preset.
        files: YAML files, in order.
        styles: names or paths of styles, in order.
        assignments: from flags and `key=value`.

    Raises:
        ConfigError: with every mistake of every layer.
    """
    readers: list[Callable[[], list[Assignment]]] = []
    if preset is not None:
        readers.append(partial(read_named, "preset", preset))
    readers += [partial(read_yaml, file) for file in files]
    readers += [partial(read_named, "style", name) for name in styles]
    mistakes = Mistakes()
    layers: list[Assignment] = []
    for read in readers:
        layers += mistakes.read(read, [])
    config = mistakes.read(partial(merge, [*layers, *assignments]), Config())
    mistakes.check()
    return config


def merge(assignments: Sequence[Assignment]) -> Config:
    """Apply assignments in order to the defaults.

    Raises:
        ConfigError: with every mistake.
    """
    return assemble(Config, assignments, Config.conflicts).settled()


def assemble(
    schema: type[S],
    assignments: Sequence[Assignment],
    conflicts: Callable[[S], Iterable[Conflict]] = lambda settings: (),
) -> S:
    """Apply assignments in order to the defaults of any dataclass of keys and sections.

    Raises:
        ConfigError: with every mistake: keys that are unknown, values of the wrong type or out of
            range, and keys that do not go together.
    """
    from vqclip.config.tree import Tree  # OmegaConf takes a moment that few errors need

    mistakes = Mistakes()
    known = keys(schema)
    tree = Tree()
    origins: dict[str, str] = {}
    for assignment in _without_sections(assignments, known):
        with mistakes.noted(f"{assignment.origin}: " if assignment.origin else ""):
            for own in _without_size(assignment, known, tree):
                _check_key(own.key, known)
                value = own.value
                if own.key in APPENDED:
                    before = tree.plain().get(own.key, [])
                    value = [*before, *entries_of(value)]
                    for index in range(len(before), len(value)):
                        origins[f"{own.key}[{index}]"] = own.origin
                tree.set(own.key, value)
                origins[own.key] = own.origin
    parser = Parser(tree.plain(), origins, mistakes)
    settings = parser.parse(schema)
    parser.check(conflicts(settings))
    mistakes.check()
    return settings


def _without_sections(
    assignments: Iterable[Assignment], known: Mapping[str, Option]
) -> Iterator[Assignment]:
    """Yield the assignments, tables of sections taken apart."""
    for assignment in assignments:
        key, value, origin = assignment.key, assignment.value, assignment.origin
        if key in known and known[key].is_section and isinstance(value, Mapping):
            parts = [Assignment(f"{key}.{name}", own, origin) for name, own in value.items()]
            yield from _without_sections(parts, known)
        else:
            yield assignment


def _without_size(
    assignment: Assignment, known: Mapping[str, Option], tree: Tree
) -> list[Assignment]:
    """Return the assignments of width and height that a `size` stands for, or the assignment.

    Raises:
        ConfigError: it is not a size.
    """
    if assignment.key != SIZE or SIZE in known or not set(SIDES) <= set(known):
        return [assignment]
    before = tree.plain()
    now = []
    for name in SIDES:
        try:
            now.append(whole_number(before.get(name, known[name].default)))
        except ConfigError:  # which the parser will note
            now.append(whole_number(known[name].default))
    pair = zip(SIDES, sides(text(assignment.value), *now), strict=True)
    return [Assignment(name, side, assignment.origin) for name, side in pair]


def _check_key(key: str, known: Mapping[str, Option]) -> None:
    """Refuse a key that cannot be set.

    Raises:
        ConfigError: it is unknown, or a section.
    """
    if key not in known:
        name = key.split(".")[-1]
        ends = [other for other in known if other.split(".")[-1] == name]
        near = f"; did you mean {ends[0]!r}?" if ends else did_you_mean(key, known)
        raise ConfigError(f"unknown key {shown(key)}{near}")
    if known[key].is_section:
        raise ConfigError(f"{key} is a section: set {key}.KEY, or a table")


def read_named(kind: str, name: str) -> list[Assignment]:
    """Read a preset or a style, by its name or its path.

    Raises:
        ConfigError: there is none, or it is not YAML.
    """
    return read_yaml(named_file(kind, name))


def read_yaml(path: Path, schema: type[Any] = Config) -> list[Assignment]:
    """Read a YAML file as assignments that know their line; scalars stay texts.

    Raises:
        ConfigError: the file is missing, not YAML, or has a duplicate key.
    """
    return read_yaml_text(read_text(path, "configuration"), str(path), schema)


def read_yaml_text(text: str, origin: str, schema: type[Any] = Config) -> list[Assignment]:
    """Read YAML text as `read_yaml` does.

    Raises:
        ConfigError: it is not YAML, not a table, or has a duplicate key.
    """
    node = compose(text, origin)
    return [] if node is None else flatten(node, "", origin, schema)


def flatten(
    node: yaml.MappingNode, prefix: str, origin: str, schema: type[Any] = Config
) -> list[Assignment]:
    """Return the keys of a table, sections taken apart, as assignments that know their line.

    Raises:
        ConfigError: with every key that occurs twice.
    """
    known, mistakes = keys(schema), Mistakes()
    found: list[Assignment] = []
    for name, value in pairs(node, origin):
        key = f"{prefix}{name}"
        with mistakes.noted():
            if isinstance(value, yaml.MappingNode) and (key not in known or known[key].is_section):
                found += flatten(value, f"{key}.", origin, schema)
            else:
                found.append(Assignment(key, contents(value, origin), line_of(value, origin)))
    mistakes.check()
    return found


def parse_override(text: str) -> Assignment:
    """Read `key=value`, split at the first `=`; lists and tables are YAML, the rest is as it is.

    Raises:
        ConfigError: there is no `=`, or a list or table does not close.
    """
    key, equals, raw = text.partition("=")
    if not equals:
        raise ConfigError(f"{shown(text)} is not of the form key=value")
    value, origin = raw.strip(), shorten(text)
    if _is_enclosed(value):
        try:
            node = compose_value(HASHES.sub(r"'\1'", value))
        except ConfigError as error:
            raise ConfigError(f"{shorten(key)}: {shown(value)} {error}") from error
        return Assignment(key.strip(), contents(node, key) if node else raw, origin)
    return Assignment(key.strip(), raw, origin)


def _is_enclosed(text: str) -> bool:
    """Return whether a text is a list or table as a whole: `[a, b]`, but not `{a} dog {b}`."""
    if text == "{}" or text[:1] not in ("[", "{") or text[-1:] not in ("]", "}"):
        return False
    inside = QUOTED.sub("", text)
    depth, rest = 0, ""
    for place, sign in enumerate(inside):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            rest = inside[place + 1 :]
            break
    return not rest.strip("]} ")  # superfluous brackets are a mistake in a list
