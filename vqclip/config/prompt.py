"""Prompts: a text, a picture or a direction of noise, with a weight and a stop."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vqclip.config.scalars import LEAST_NUMBER, MOST_NUMBER, number, recorded_path
from vqclip.errors import ConfigError, did_you_mean, shown

SLOT = "{}"
"""Where a template takes a text."""
LONGEST = 2000
"""Characters of a prompt: far more than any perceptor reads, and few enough for EXIF."""
LONGEST_WRITTEN = 10 * LONGEST
"""Characters of a prompt as it is written, white space and numbers included."""
MOST = 1000
"""Prompts of one text, with bars between them."""
KINDS = ("text", "image", "noise")
KEYS = (*KINDS, "weight", "stop")
SEED = re.compile(r"\d{1,20}")
NUMBER = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|-inf)\s*")
CLOCK_OR_PORT = re.compile(r"(?:(?:^|\s)\d{1,2}:\d{2}|^\w+://[^/\s]*:\d+)$")
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Characters that are pasted with a text and change nothing: hyphens and breaks that may be."""
JOINERS = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
"""Characters that join letters or emoji to one sign, as in a family or a flag."""
SPACES = re.compile(r"(?<! ) *[^\S ]\s*")
"""White space that is not made of plain spaces alone: line breaks, no-break and wide spaces."""


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
        if len(self.content) > LONGEST:
            raise ConfigError(_too_long(self.content))
        if not JOINERS.sub("", self.content).isprintable():
            raise ConfigError(
                f"a prompt is text without control characters, not {_near_control(self.content)}"
            )
        if not LEAST_NUMBER <= abs(self.weight) <= MOST_NUMBER:
            raise ConfigError(
                f"the weight of the prompt {shown(self.content)} is {self.weight:g}: allowed is "
                f"any finite number but 0 (negative pushes away), up to {MOST_NUMBER:g}"
            )
        if math.isnan(self.stop) or math.isfinite(self.stop) and abs(self.stop) > MOST_NUMBER:
            raise ConfigError(
                f"the stop of the prompt {shown(self.content)} is {self.stop:g}: allowed are "
                f"numbers up to {MOST_NUMBER:g}"
            )
        if self.kind == "noise" and not SEED.fullmatch(self.content.strip()):
            raise ConfigError(
                "a noise prompt is a seed, 0 or a whole number of at most 20 digits, not "
                f"{shown(self.content)}"
            )
        if self.kind == "image":
            recorded_path(self.content)

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
        numbers = [f":{value!r}".removesuffix(".0") for value in (self.weight, self.stop)]
        tails = ["".join(numbers[:count]) for count in range(3)]
        # A space before the colon keeps the number apart from the digits of the text.
        forms = [self.content + gap + tail for gap in ("", " ") for tail in tails]
        written = next(filter(self._is_written, forms), forms[-1])
        return written if self.kind == "text" else f"{self.kind} {written}"

    def _is_written(self, text: str) -> bool:
        try:
            return parse_prompt(text, kind=self.kind) == self
        except ConfigError:
            return False


def _too_long(text: str) -> str:
    return f"a prompt has at most {LONGEST:,} characters, not {len(text):,}: {shown(text)}"


def plain_text(text: str) -> str:
    """Return a text as one line: white space of other kinds is a space, invisible breaks are none.

    So a block of YAML, a quoted line break of CSV, and what was pasted from a page are prompts.
    """
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip()


def _near_control(text: str) -> str:
    """Return the part of a text around its first character that cannot be printed."""
    place = next(place for place, sign in enumerate(text) if not sign.isprintable())
    return f"{shown(text[max(0, place - 20) : place + 20])}"


def parse_prompt(text: str, *, kind: str = "text") -> Prompt:
    """Read `content`, `content:weight` or `content:weight:stop`.

    Numbers are taken from the right end alone, at most two, and only while they are numbers:
    "Dune: Part Two" and URLs stay whole. In a text, a colon between two digits belongs to it, as
    in "16:9" and "Psalm 23:4", unless a time of day or the port of an address is before it; so
    the weight of "year 2049" is written "year 2049 :2".

    Raises:
        ConfigError: nothing is left as content, or a number is not allowed.
    """
    if len(text) > LONGEST_WRITTEN:
        raise ConfigError(_too_long(text))
    text = plain_text(text)
    for count in (2, 1):
        content, *tails = text.rsplit(":", count)
        matches = [NUMBER.fullmatch(tail) for tail in tails]
        numbers = [float(match[1]) for match in matches if match is not None]
        if len(numbers) == count and not (kind == "text" and _is_text(content, tails[0])):
            return Prompt(content.rstrip(), kind, *numbers)
    return Prompt(text, kind)


def _is_text(content: str, tail: str) -> bool:
    """Say whether the colon between a text and what follows it belongs to the text."""
    if CLOCK_OR_PORT.search(content.rstrip()):
        return False
    between_digits = content[-1:].isdigit() and tail[:1].isdigit()
    return between_digits or CLOCK_OR_PORT.search(f"{content}:{tail}") is not None


def parse_prompts(text: str, *, kind: str = "text") -> tuple[Prompt, ...]:
    """Read prompts separated by `|`.

    Raises:
        ConfigError: as for `parse_prompt`; also for nothing between two bars.
    """
    parts = text.split("|", MOST)
    if len(parts) > MOST:
        raise ConfigError(f"at most {MOST:,} prompts are written in one text, not {shown(text)}")
    return tuple(parse_prompt(part, kind=kind) for part in parts)


def read_prompts(value: object) -> tuple[Prompt, ...]:
    """Read an entry of a YAML list: a text as on the command line, or a table.

    A table has one of `text`, `image` and `noise`, and may have `weight` and `stop`.

    Raises:
        ConfigError: a key is unknown or missing, or a value is not allowed.
    """
    if isinstance(value, str):
        return parse_prompts(value)
    if not isinstance(value, Mapping):
        raise ConfigError(
            f"a prompt is a text or a table with {', '.join(KEYS)}, not {shown(value)}"
        )
    for key in value:
        if key not in KEYS:
            raise ConfigError(
                f"unknown key {shown(key)} of a prompt: allowed are {', '.join(KEYS)}"
                f"{did_you_mean(str(key), KEYS)}"
            )
    kinds = [kind for kind in KINDS if kind in value]
    if len(kinds) != 1:
        raise ConfigError(f"a prompt has one of {', '.join(KINDS)}, not {shown(dict(value))}")
    content = value[kinds[0]]
    if content is None or isinstance(content, bool):
        raise ConfigError(f"the {kinds[0]} of a prompt is a text, not {shown(content)}")
    numbers = {key: _number(value[key], key) for key in ("weight", "stop") if key in value}
    return (Prompt(plain_text(str(content)), kinds[0], **numbers),)


def _number(value: object, key: str) -> float:
    try:
        return number(value)
    except ConfigError:
        raise ConfigError(f"the {key} of a prompt is a number, not {shown(value)}") from None
