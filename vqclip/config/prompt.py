"""Prompts: a text, a picture, an edit or a direction of noise, with a weight, a stop, a region."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from vqclip.config.moment import EASING, EASINGS, Moment, fraction, written
from vqclip.config.region import Region, known_region
from vqclip.config.scalars import LEAST_NUMBER, MOST_NUMBER, recorded_path
from vqclip.errors import ConfigError, shown

SLOT = "{}"
"""Where a template takes a text."""
LONGEST = 2000
"""Characters of a prompt: far more than any perceptor reads, and few enough for EXIF."""
LONGEST_WRITTEN = 10 * LONGEST
"""Characters of a prompt as it is written, white space and numbers included."""
MOST = 1000
"""Prompts of one text, with bars between them."""
KINDS = ("text", "image", "noise", "style", "to")
PICTURES = ("image", "style")
"""Kinds of prompts whose content is the path of a picture."""
TEXTS = ("text", "to")
"""Kinds of prompts whose content is a text."""
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
class Scene:
    """What a prompt is from a moment of the run on."""

    at: Moment
    content: str
    weight: float
    stop: float


@dataclass(frozen=True)
class Prompt:
    """What a picture should show, or, with a negative weight, should not.

    Attributes:
        content: the text, the path of a picture, or the seed of a random direction.
        kind: `text`; `image`, a picture to resemble; `style`, a picture whose texture alone
            counts; `noise`; or `to`, what the start picture should become.
        weight: share in the loss; negative pushes away; never 0.
        stop: signed distance below which a cutout is near enough; -inf never is.
        region: the part of the picture that it is about; None: all of it.
        base: the text that an edit leads away from; empty for other kinds.
        scenes: a story: what it is at each moment, by rising moments, of which the first has its
            own content, weight and stop; empty: the same during the whole run.
        easing: how a scene becomes the next, one of `EASINGS`.
        is_read: whether the weight was read from the end of a text; it changes no picture.

    Raises:
        ConfigError: the content is empty, or a number is not allowed.
    """

    content: str
    kind: str = "text"
    weight: float = 1.0
    stop: float = -math.inf
    region: Region | None = None
    base: str = ""
    scenes: tuple[Scene, ...] = ()
    easing: str = EASINGS[0]
    is_read: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._check_content()
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

    def _check_content(self) -> None:
        if not self.content.strip():
            raise ConfigError("a prompt is empty: say what the picture should show")
        if len(self.content) > LONGEST:
            raise ConfigError(_too_long(self.content))
        if not JOINERS.sub("", self.content).isprintable():
            raise ConfigError(
                f"a prompt is text without control characters, not {_near_control(self.content)}"
            )
        if self.kind == "noise" and not SEED.fullmatch(self.content.strip()):
            raise ConfigError(
                "a noise prompt is a seed, 0 or a whole number of at most 20 digits, not "
                f"{shown(self.content)}"
            )
        if self.kind in PICTURES:
            recorded_path(self.content)
        if self.kind == "to" and not self.base.strip():
            raise ConfigError(f"an edit has both from and to; to is {shown(self.content)}")

    def framed(self, template: str) -> Prompt:
        """Return the prompt in a template, if it is a text that attracts; otherwise as it is."""
        if self.kind != "text" or self.weight < 0:
            return self
        scenes = tuple(
            replace(scene, content=template.replace(SLOT, scene.content)) for scene in self.scenes
        )
        return replace(self, content=template.replace(SLOT, self.content), scenes=scenes)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that a perceptor reads."""
        if self.kind not in TEXTS:
            return ()
        own = [scene.content for scene in self.scenes] or [self.content]
        return tuple(own) if self.kind == "text" else (self.base, *own)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The paths of the pictures and of the mask that it names."""
        own = [scene.content for scene in self.scenes] or [self.content]
        mask = None if self.region is None else self.region.mask
        return (*(own if self.kind in PICTURES else ()), *([] if mask is None else [mask]))

    def moved(self, found: Mapping[str, str]) -> Prompt:
        """Return the prompt with its pictures at other paths."""
        region = self.region
        if region is not None and region.mask is not None:
            region = region.with_mask(found[region.mask])
        if self.kind not in PICTURES:
            return replace(self, region=region)
        scenes = tuple(replace(scene, content=found[scene.content]) for scene in self.scenes)
        content = scenes[0].content if scenes else found[self.content]
        return replace(self, content=content, region=region, scenes=scenes)

    def over(self, steps: int) -> Prompt:
        """Return the prompt with the moments of its story as fractions of a run."""
        if not self.scenes:
            return self
        scenes = [replace(scene, at=fraction(scene.at, steps)) for scene in self.scenes]
        scenes.sort(key=lambda scene: scene.at)
        first = scenes[0]
        return replace(
            self,
            content=first.content,
            weight=first.weight,
            stop=first.stop,
            scenes=tuple(scenes),
        )

    def to_plain(self) -> dict[str, Any]:
        """Return the table of YAML files and recipes."""
        table: dict[str, Any] = {}
        if self.scenes:
            for scene in self.scenes:
                own = replace(
                    self,
                    content=scene.content,
                    weight=scene.weight,
                    stop=scene.stop,
                    region=None,
                    scenes=(),
                )
                table[written(scene.at)] = own.to_plain()
            if self.easing != EASINGS[0]:
                table[EASING] = self.easing
        else:
            table = {"from": self.base} if self.kind == "to" else {}
            table |= {self.kind: self.content, "weight": self.weight}
            table |= {} if self.stop == -math.inf else {"stop": self.stop}
        return table if self.region is None else {**table, "region": str(self.region)}

    def __str__(self) -> str:
        """Write `content@region:weight:stop` as short as it reads back.

        Prompts that are no texts begin with their kind, and stories are written scene after scene,
        for people to see.
        """
        if self.scenes:
            return " -> ".join(f"{written(scene.at)}: {scene.content}" for scene in self.scenes)
        numbers = [f":{value!r}".removesuffix(".0") for value in (self.weight, self.stop)]
        tails = ["".join(numbers[:count]) for count in range(3)]
        place = "" if self.region is None else f"@{self.region}"
        # A space before the colon keeps the number apart from the digits of the text.
        forms = [f"{self.content}{place}{gap}{tail}" for gap in ("", " ") for tail in tails]
        shortest = next(filter(self._is_written, forms), forms[-1])
        if self.kind == "to":
            return f"from {self.base} to {shortest}"
        return shortest if self.kind == "text" else f"{self.kind} {shortest}"

    def _is_written(self, text: str) -> bool:
        try:
            return parse_prompt(text, kind=self.kind, base=self.base) == self
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


def parse_prompt(text: str, *, kind: str = "text", base: str = "") -> Prompt:
    """Read `content@region:weight:stop`, of which everything but the content may be missing.

    Numbers are taken from the right end alone, at most two, and only while they are numbers:
    "Dune: Part Two" and URLs stay whole. In a text, a colon between two digits belongs to it, as
    in "16:9" and "Psalm 23:4", unless a time of day or the port of an address is before it; so
    the weight of "year 2049" is written "year 2049 :2". What follows the last @ is a region only
    if it is known as one: addresses and handles stay text.

    Args:
        text: as on the command line.
        kind: of the prompt.
        base: of an edit.

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
            content, region = split_region(content.rstrip(), kind)
            weight, stop = numbers if count == 2 else (numbers[0], -math.inf)
            return Prompt(content, kind, weight, stop, region, base, is_read=True)
    content, region = split_region(text, kind)
    return Prompt(content, kind, region=region, base=base)


def split_region(text: str, kind: str) -> tuple[str, Region | None]:
    """Separate a content from the region after its last @, if that is one.

    A picture `photo@2x.png` has a name with an @; `photo.png@left` has a region.
    """
    content, at, tail = text.rpartition("@")
    if not at or not content.strip() or kind in PICTURES and not PurePath(content).suffix:
        return text, None
    region = known_region(tail)
    return (text, None) if region is None else (content.rstrip(), region)


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
