"""Tables of JSON files that may be damaged, or come from strangers: every value has its type."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vqclip.errors import shorten, shown

ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of half of a character (a surrogate), which no file can hold without the other."""


@dataclass(frozen=True)
class JsonTable:
    """A table whose values are read by type.

    Every method raises ValueError for a value of another type, and for a key that is missing
    where there is no default.

    Attributes:
        content: the values by key.
    """

    content: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str | bytes) -> JsonTable:
        """Read a table.

        Raises:
            ValueError: it is no JSON, nested too deep, or no table.
        """
        return cls.of(parse_json(text))

    @classmethod
    def of(cls, value: object, name: str = "it") -> JsonTable:
        """Make the table of a value that was read.

        Args:
            value: what was read.
            name: what it is called in the message.

        Raises:
            ValueError: it is no table.
        """
        if not isinstance(value, dict):
            raise ValueError(f"{shorten(name)} should be a table, not {_short(value)}")
        return cls(value)

    def has(self, key: str) -> bool:
        """Return whether a key has a value other than null."""
        return self.content.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        value = self._value(key, default)
        if not isinstance(value, str):
            raise ValueError(f"{shorten(key)} should be a text, not {_short(value)}")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number of at most 15 digits, which every JSON reader holds exactly."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**15:
            raise ValueError(f"{shorten(key)} should be a whole number, not {_short(value)}")
        return value

    def number(self, key: str) -> float:
        """Return a number; it may be infinite or NaN, as losses may."""
        return _number(key, self._value(key, None))

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key, None)
        if not isinstance(value, bool):
            raise ValueError(f"{shorten(key)} should be true or false, not {_short(value)}")
        return value

    def table(self, key: str) -> JsonTable:
        """Return a table; none is an empty one."""
        return JsonTable.of(self._value(key, {}), key)

    def tables(self, key: str) -> Iterator[JsonTable]:
        """Yield the tables of a list."""
        for value in self._list(key, self._value(key, None)):
            yield JsonTable.of(value, f"an entry of {key}")

    def text_table(self, key: str) -> dict[str, str]:
        """Return a table of texts; none is an empty one."""
        own = self.table(key)
        return {name: own.text(name) for name in own.content}

    def number_table(self, key: str) -> dict[str, float]:
        """Return a table of numbers; none is an empty one."""
        own = self.table(key)
        return {name: own.number(name) for name in own.content}

    def list_table(self, key: str) -> dict[str, list[str]]:
        """Return a table of lists of texts."""
        lists = JsonTable.of(self._value(key, None), key).content
        for name, values in lists.items():
            if not all(isinstance(value, str) for value in self._list(name, values)):
                raise ValueError(f"{shorten(name)} should be a list of texts, not {_short(values)}")
        return {name: list(values) for name, values in lists.items()}

    def _value(self, key: str, default: Any) -> Any:
        value = self.content.get(key, default)
        if value is None and default is None:
            raise ValueError(f"{shorten(key)} is missing")
        return value

    def _list(self, name: str, value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError(f"{shorten(name)} should be a list, not {_short(value)}")
        return value


def parse_json(text: str | bytes) -> Any:
    """Read JSON.

    Raises:
        ValueError: it is no JSON, nested too deep, or has half of a character in a text.
    """
    try:
        content = json.loads(text)
        if ESCAPED_HALF.search(text.decode() if isinstance(text, bytes) else text):
            json.dumps(content, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return content


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{shorten(name)} should be a number, not {_short(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    return number


def _short(value: object) -> str:
    """Name a value: its kind, or its beginning."""
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    return shown(value)
