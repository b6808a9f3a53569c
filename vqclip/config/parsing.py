"""From a tree of plain values to a configuration: each value is read once, at this door."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from vqclip.config.option import Option, Reader, options
from vqclip.config.scalars import NULLS, number, switch, text, whole_number
from vqclip.errors import ConfigError, Mistakes, did_you_mean, shown

S = TypeVar("S")

READERS: dict[object, Reader] = {int: whole_number, float: number, bool: switch, str: text}
Conflict = tuple[Collection[str], str]
"""Keys that do not go together, and why."""


@dataclass
class Parser:
    """Reads a tree of plain values into dataclasses of `option`s; notes every mistake.

    Attributes:
        tree: values by key, sections as tables; what is missing has its default.
        origins: where each dotted key was written, if it was; also of single entries, `key[0]`,
            of lists that grow.
        mistakes: noted so far.
        failed: keys with mistakes.
    """

    tree: Mapping[str, Any]
    origins: Mapping[str, str]
    mistakes: Mistakes
    failed: set[str] = field(default_factory=set)

    def parse(self, schema: type[S]) -> S:
        """Make the dataclass; a key with a mistake has its default."""
        return self._section(schema, self.tree, "")

    def check(self, conflicts: Iterable[Conflict]) -> None:
        """Note conflicts between keys that are right by themselves."""
        for names, message in conflicts:
            if not self.failed & set(names):
                written = [name for name in names if name in self.origins]
                self.mistakes.add(f"{self._mark(written[0]) if written else ''}{message}")

    def _section(self, schema: type[S], table: Mapping[str, Any], prefix: str) -> S:
        values: dict[str, object] = {}
        for name, rules in options(schema).items():
            if name not in table:
                continue
            key = f"{prefix}{name}"
            if rules.is_section:
                values[name] = self._section(type(rules.default), table[name], f"{key}.")
            else:
                hint = _hints(schema)[name]  # type: ignore[arg-type]
                values[name] = self._value(key, table[name], rules, hint)
        return schema(**values)

    def _value(self, key: str, value: object, rules: Option, hint: object) -> object:
        before = len(self.mistakes.messages)
        if rules.is_list or get_origin(hint) is list:
            read = rules.read or READERS[get_args(hint)[0]]
            found = self._entries(key, value, read)
            result: object = tuple(chain.from_iterable(found)) if rules.is_list else found
        else:
            reader = partial(_checked, value, rules, hint)
            result = self.mistakes.read(reader, rules.default, prefix=f"{self._mark(key)}{key}: ")
        if len(self.mistakes.messages) == before:
            return result
        self.failed.add(key)
        return rules.default

    def _entries(self, key: str, value: object, read: Reader) -> list[Any]:
        found = []
        for index, entry in enumerate(entries_of(value)):
            name = f"{key}[{index}]"
            mark = self._mark(name if name in self.origins else key)
            with self.mistakes.noted(f"{mark}{name}: "):
                found.append(read(entry))
        return found

    def _mark(self, key: str) -> str:
        return f"{self.origins[key]}: " if self.origins.get(key) else ""


def entries_of(value: object) -> list[object]:
    """Return the entries of a list; one value alone is a list of one, and none is empty."""
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None or value in NULLS else [value]


def _checked(value: object, rules: Option, hint: object) -> object:
    """Read one value and hold it against its range and choices.

    Raises:
        ConfigError: it is of the wrong type, out of range, or no choice.
    """
    types = get_args(hint) or (hint,)
    if type(None) in types and (value is None or value in NULLS):
        return None
    read = rules.read or READERS[types[0]]
    try:
        result = read(value)
    except ConfigError as error:
        if rules.read is not None:
            raise
        # The type alone does not say what the key is about.
        raise ConfigError(f"{error} ({rules.meaning}, such as {rules.default})") from error
    if rules.choices and result not in rules.choices:
        raise ConfigError(
            f"{shown(result)} is unknown: allowed are {', '.join(rules.choices)}"
            f"{did_you_mean(str(result), rules.choices)}"
        )
    if rules.low is not None and isinstance(result, (int, float)):
        high = math.inf if rules.high is None else rules.high
        if not rules.low <= result <= high:
            span = f"{rules.low} or more" if rules.high is None else f"from {rules.low} to {high}"
            raise ConfigError(f"{shown(result)} is out of range: allowed is {span}")
    return result


@lru_cache
def _hints(schema: Callable[..., object]) -> dict[str, Any]:
    return get_type_hints(schema)
