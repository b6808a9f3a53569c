"""Attributes of prompts: words that can be swapped for others of their kind, as red for blue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vqclip.config.nodes import compose, contents, read_text
from vqclip.errors import ConfigError

Values = tuple[tuple[str, ...], ...]
LEFT_ALONE = "left alone"
"""In place of an attribute: phrases that hold a word of one, but do not mean it."""


@dataclass(frozen=True)
class Swap:
    """One word of a prompt, and the prompt with each other word of its kind instead.

    Attributes:
        attribute: the kind, as `color`.
        phrase: the word as the prompt has it.
        texts: the prompts that say something else.
    """

    attribute: str
    phrase: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Attributes:
    """Kinds of words.

    Attributes:
        values: of each attribute, two or more; a value is one or more phrases of one meaning.
            Those of `LEFT_ALONE` are never swapped.
    """

    values: Mapping[str, Values]

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """The attribute and the value of each phrase."""
        return {
            phrase: (name, index)
            for name, values in self.values.items()
            for index, value in enumerate(values)
            for phrase in value
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: "black and white photo" is no color.
        longest = sorted(self._places, key=lambda one: (-len(one), one))
        return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)

    def swaps(self, text: str) -> tuple[Swap, ...]:
        """Swap each word of a prompt that has an attribute, one at a time.

        Each other value is put in by its first phrase, and `a` before it becomes `an` where needed.
        """
        found = []
        for match in self._pattern.finditer(text) if self._places else ():
            name, own = self._places[match[1].lower()]
            if name == LEFT_ALONE:
                continue
            others = [value[0] for at, value in enumerate(self.values[name]) if at != own]
            before, after = text[: match.start()], text[match.end() :]
            texts = tuple(f"{_articled(before, one)}{one}{after}" for one in others)
            found.append(Swap(name, match[1], texts))
        return tuple(found)


def _articled(before: str, word: str) -> str:
    ending = "n " if word[0].lower() in "aeiou" else " "
    return re.sub(r"(?<!\w)([aA])n? $", rf"\1{ending}", before)


def read_attributes(path: Path) -> Attributes:
    """Read a YAML table: attribute -> list of values; a value is a phrase, or a list of synonyms.

    `left alone` is no attribute, but a list of phrases within which nothing is swapped.

    Raises:
        ConfigError: with every mistake in it.
    """
    node = compose(read_text(path, "attributes"), str(path))
    table: Mapping[str, Any] = {} if node is None else contents(node, str(path))
    errors: list[str] = []
    values: dict[str, Values] = {}
    for name, value in table.items():
        entries = value if isinstance(value, list) else []
        read = tuple(_phrases(one) for one in entries)
        if len(read) < (1 if name == LEFT_ALONE else 2) or not all(read):
            errors.append(
                f"{path}: {name}: is a list of two or more values, each a phrase or a list of "
                "phrases of one meaning"
            )
            continue
        values[name] = read
    owners: dict[str, str] = {}
    for name, own in values.items():
        for phrase in (one for value in own for one in value):
            if phrase in owners:
                errors.append(f"{path}: {name}: {phrase!r} is there already, in {owners[phrase]}")
            owners.setdefault(phrase, name)
    if errors:
        raise ConfigError(errors)
    return Attributes(values)


def _phrases(value: Any) -> tuple[str, ...]:
    """The phrases of a value in lower case; none if it is no value."""
    entries = value if isinstance(value, list) else [value]
    texts = [" ".join(one.lower().split()) if isinstance(one, str) else "" for one in entries]
    return tuple(texts) if all(texts) else ()
