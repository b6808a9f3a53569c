"""Templates of prompts: `{subject}`, `{red|blue}` and `__colors__`, filled in from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vqclip.config.moment import is_moment
from vqclip.errors import ConfigError, did_you_mean, listed, shorten, shown

PARTS = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|__[A-Za-z0-9](?:[\w/-]{0,98}?[A-Za-z0-9])?__")
NAME = re.compile(r"[A-Za-z_]\w*")
TEMPLATED = ("text", "image", "style", "from", "to")
"""Keys of a prompt's table whose values are templates, as are the scenes of a story."""
ESCAPES = {"{{": "{", "}}": "}"}


def fields_of(text: str) -> set[str]:
    """Return the names of the fields a template uses."""
    inner = (part[1:-1] for part in PARTS.findall(text) if len(part) > 2 and part[0] == "{")
    return {name.strip() for name in inner if NAME.fullmatch(name.strip())}


class Chance:
    """Chooses by a seed; the numbers are drawn when the first choice is made."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._random: random.Random | None = None

    def choice(self, texts: Sequence[str]) -> str:
        """Return one of some texts."""
        if self._random is None:
            self._random = random.Random(self.seed)
        return self._random.choice(texts)


def render(
    text: str, fields: Mapping[str, str], words: Callable[[str], Sequence[str]], *, key: str
) -> str:
    """Fill a template in; the same template, fields and key always give the same text.

    Args:
        text: `{name}` takes a field, `{a|b}` one of its parts, `__name__` a line of a word list;
            `{{` and `}}` are braces.
        fields: what `{name}` stands for.
        words: the lines of a word list.
        key: what the choices follow from, beside the template.

    Raises:
        ConfigError: a field is unknown, a brace is alone, or a word list cannot be read.
    """
    if "{" not in text and "__" not in text and "}" not in text:
        return text
    chance = Chance(f"{key}/{text}")

    def fill(match: re.Match[str]) -> str:
        part = match[0]
        if part in ESCAPES:
            return ESCAPES[part]
        if part.startswith("__"):
            return chance.choice(words(part[2:-2]))
        inner = part[1:-1].strip()
        if len(part) == 1 or not inner:
            raise ConfigError(
                f"{shown(part)} in {shown(text)} is no field; write {{{{ or }}}} for a brace"
            )
        if "|" in part:
            return PARTS.sub(fill, chance.choice(part[1:-1].split("|")).strip())
        if inner not in fields:
            allowed = f"allowed are {listed(fields)}" if fields else "there are none"
            raise ConfigError(
                f"unknown field {shorten(part)} in {shown(text)}: {allowed}"
                f"{did_you_mean(inner, fields)}"
            )
        return fields[inner]

    return PARTS.sub(fill, text)


def render_all(value: Any, fill: Callable[[str], str]) -> Any:
    """Fill in every text of a prompt as YAML has it: a text, a table, or a list of them."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, Mapping):
        return {
            key: render_all(entry, fill) if key in TEMPLATED or is_moment(key) else entry
            for key, entry in value.items()
        }
    return [render_all(entry, fill) for entry in value] if isinstance(value, list) else value


def texts_of(value: Any) -> list[str]:
    """Return every text of a prompt as YAML has it."""
    found: list[str] = []
    render_all(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return found
