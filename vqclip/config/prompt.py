"""Prompts: a text, a picture or a direction of noise, with a weight and a stop."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vqclip.config.scalars import number
from vqclip.errors import ConfigError, did_you_mean

SLOT = "{}"
"""Where a template takes a text."""
LONGEST = 2000
"""Characters of a prompt: far more than any perceptor reads, and few enough for EXIF."""
KINDS = ("text", "image", "noise")
KEYS = (*KINDS, "weight", "stop")
NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|-inf)\s*")
CLOCK_OR_PORT = re.compile(r"(?:(?:^|\s)\d{1,2}:\d{2}|^\w+://[^/\s]*:\d+)$")


@dataclass(frozen=True)
class Prompt:
    """What a picture should show, or, with a negative weight, should not.

    Attributes:
        content: the text, the path of a picture, or the seed of a random direction.
        kind: `text`, `image` or `noise`.
        weight: share in the loss; negative pushes away; never 0.
        stop: signed distance below which a cutout is near enough; -inf never is.

    Raises:
        ConfigError: the content is empty, or a number is not allowed.
    """

    content: str
    kind: str = "text"
    weight: float = 1.0
    stop: float = -math.inf

    def __post_init__(self) -> None:
        if not self.content.strip():
            raise ConfigError("a prompt is empty: say what the picture should show")
        if not self.content.isprintable() or len(self.content) > LONGEST:
            raise ConfigError(
                f"a prompt is printable text on one line, of at most {LONGEST} characters, not "
                f"{self.content[:40]!a}"
            )
        if not math.isfinite(self.weight) or self.weight == 0:
            raise ConfigError(
                f"the weight of the prompt {self.content!r} is {self.weight:g}: allowed is any "
                "finite number but 0 (negative pushes away)"
            )
        if math.isnan(self.stop):
            raise ConfigError(f"the stop of the prompt {self.content!r} is not a number")
        if self.kind == "noise" and not self.content.strip().isdecimal():
            raise ConfigError(
                f"a noise prompt is a seed, 0 or a whole number, not {self.content!r}"
            )

    def framed(self, template: str) -> Prompt:
        """Return the prompt in a template, if it is a text that attracts; otherwise as it is."""
        if self.kind != "text" or self.weight < 0:
            return self
        return replace(self, content=template.replace(SLOT, self.content))

    def to_plain(self) -> dict[str, str | float]:
        """Return the table of YAML files and recipes."""
        table: dict[str, str | float] = {self.kind: self.content, "weight": self.weight}
        return table if self.stop == -math.inf else {**table, "stop": self.stop}

    def __str__(self) -> str:
        """Write `content`, `content:weight` or `content:weight:stop`, the shortest that reads back.

        Prompts that are no texts begin with their kind, for people to see.
        """
        written = self.content
        for value in (self.weight, self.stop):
            if self._is_written(written):
                break
            written += f":{value!r}".removesuffix(".0")
        return written if self.kind == "text" else f"{self.kind} {written}"

    def _is_written(self, text: str) -> bool:
        try:
            return parse_prompt(text, kind=self.kind) == self
        except ConfigError:
            return False


def parse_prompt(text: str, *, kind: str = "text") -> Prompt:
    """Read `content`, `content:weight` or `content:weight:stop`.

    Numbers are taken from the right end alone, at most two, and only while they are numbers:
    "Dune: Part Two" and URLs stay whole. A time of day at the end ("a clock at 12:30") and the
    port of an address belong to the text.

    Raises:
        ConfigError: nothing is left as content, or a number is not allowed.
    """
    content = text.strip()
    numbers: list[float] = []
    while len(numbers) < 2 and not (kind == "text" and CLOCK_OR_PORT.search(content)):
        head, colon, tail = content.rpartition(":")
        match = NUMBER.fullmatch(tail)
        if not colon or match is None:
            break
        numbers.insert(0, float(match[1]))
        content = head.rstrip()
    return Prompt(content, kind, *numbers)


def parse_prompts(text: str, *, kind: str = "text") -> tuple[Prompt, ...]:
    """Read prompts separated by `|`.

    Raises:
        ConfigError: as for `parse_prompt`; also for nothing between two bars.
    """
    return tuple(parse_prompt(part, kind=kind) for part in text.split("|"))


def read_prompts(value: object) -> tuple[Prompt, ...]:
    """Read an entry of a YAML list: a text as on the command line, or a table.

    A table has one of `text`, `image` and `noise`, and may have `weight` and `stop`.

    Raises:
        ConfigError: a key is unknown or missing, or a value is not allowed.
    """
    if isinstance(value, str):
        return parse_prompts(value)
    if not isinstance(value, Mapping):
        raise ConfigError(f"a prompt is a text or a table with {', '.join(KEYS)}, not {value!r}")
    for key in value:
        if key not in KEYS:
            raise ConfigError(
                f"unknown key {key!r} of a prompt: allowed are {', '.join(KEYS)}"
                f"{did_you_mean(str(key), KEYS)}"
            )
    kinds = [kind for kind in KINDS if kind in value]
    if len(kinds) != 1:
        raise ConfigError(f"a prompt has one of {', '.join(KINDS)}, not {dict(value)!r}")
    content = value[kinds[0]]
    if content is None or isinstance(content, bool):
        raise ConfigError(f"the {kinds[0]} of a prompt is a text, not {content!r}")
    numbers = {key: _number(value[key], key) for key in ("weight", "stop") if key in value}
    return (Prompt(str(content), kinds[0], **numbers),)


def _number(value: object, key: str) -> float:
    try:
        return number(value)
    except ConfigError:
        raise ConfigError(f"the {key} of a prompt is a number, not {value!r}") from None
