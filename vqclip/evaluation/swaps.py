"""Attributes of prompts: words that can be swapped for others of their kind, such as red for blue.

A prompt with a swapped word describes a picture that differs in nothing else: a judge that prefers
the true prompt has seen that word in the picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vqclip.config.nodes import compose, contents, read_text
from vqclip.errors import Mistakes, shown

Values = tuple[tuple[str, ...], ...]
"""The values of an attribute, each one or more phrases of the same meaning, in lower case."""
LEFT_ALONE = "left alone"
"""In place of an attribute: phrases that contain a word of an attribute without meaning it."""


@dataclass(frozen=True)
class Swap:
    """A word of a prompt, and the prompt with each other word of its kind instead.

    Attributes:
        attribute: the kind, such as `color`.
        phrase: the word as the prompt has it.
        texts: the prompts with another word.
    """

    attribute: str
    phrase: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Attributes:
    """Kinds of words.

    Attributes:
        values: of each attribute, two or more. Phrases of `LEFT_ALONE` are never swapped.
    """

    values: Mapping[str, Values]

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """The attribute of each phrase, and the index of its value."""
        return {
            phrase: (attribute, index)
            for attribute, values in self.values.items()
            for index, value in enumerate(values)
            for phrase in value
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: the words of "black and white photo" are no colors.
        longest = sorted(self._places, key=lambda phrase: (-len(phrase), phrase))
        return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)

    def swaps(self, text: str) -> tuple[Swap, ...]:
        """Swap each word of a prompt that has an attribute, one at a time.

        The first phrase of each other value is put in, and an `a` before it becomes `an` where
        needed.
        """
        swaps = []
        for match in self._pattern.finditer(text) if self._places else ():
            attribute, own = self._places[match[1].lower()]
            if attribute == LEFT_ALONE:
                continue
            values = self.values[attribute]
            others = [value[0] for index, value in enumerate(values) if index != own]
            before, after = text[: match.start()], text[match.end() :]
            texts = tuple(f"{_with_article(before, other)}{other}{after}" for other in others)
            swaps.append(Swap(attribute, match[1], texts))
        return tuple(swaps)


def _with_article(before: str, word: str) -> str:
    """Correct an `a` or `an` at the end of a text, by the word that follows."""
    ending = "n " if word[0].lower() in "aeiou" else " "
    return re.sub(r"(?<!\w)([aA])n? $", rf"\1{ending}", before)


def read_attributes(path: Path) -> Attributes:
    """Read a YAML table: attribute -> list of values; a value is a phrase or a list of synonyms.

    `left alone` is no attribute, but a list of phrases in which nothing is swapped.

    Raises:
        ConfigError: the file cannot be read, or with every mistake in it.
    """
    node = compose(read_text(path, "attributes"), str(path))
    mistakes = Mistakes()
    attributes: dict[str, Values] = {}
    for name, content in contents(node, str(path)).items() if node is not None else ():
        values = _values(content)
        if len(values) < (1 if name == LEFT_ALONE else 2) or not all(values):
            mistakes.add(
                f"{path}: {name}: is a list of two or more values, each a phrase or a list of "
                "phrases of the same meaning"
            )
            continue
        attributes[name] = values
    owners: dict[str, str] = {}
    for name, values in attributes.items():
        for phrase in (phrase for value in values for phrase in value):
            if phrase in owners:
                mistakes.add(f"{path}: {name}: {shown(phrase)} already belongs to {owners[phrase]}")
            owners.setdefault(phrase, name)
    mistakes.check()
    return Attributes(attributes)


def _values(content: object) -> Values:
    """The values of an attribute; an empty one in the place of what is no value."""
    return tuple(map(_phrases, content)) if isinstance(content, list) else ()


def _phrases(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    texts = [" ".join(text.lower().split()) if isinstance(text, str) else "" for text in entries]
    return tuple(texts) if all(texts) else ()
