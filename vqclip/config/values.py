"""Values of the configuration that are more than a number or a name: schedules and tables.

Each has a reader, which takes what YAML, JSON or Python gives, and `to_plain`, which returns the
one written form: it reads back equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from vqclip.config.choices import AUGMENTATIONS, GENERATORS
from vqclip.config.moment import (
    EASING,
    EASINGS,
    Moment,
    Steps,
    eased,
    fraction,
    is_moment,
    moment,
    take_easing,
    written,
)
from vqclip.config.scalars import LEAST_NUMBER, MOST_NUMBER, number, recorded_path, text
from vqclip.errors import ConfigError, did_you_mean, shown
from vqclip.files.paths import is_folder

HUB_SCHEME = "hf-hub:"
HUB_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.))*"
HUB_REPOSITORY = re.compile(rf"{HUB_NAME}/{HUB_NAME}")
HUB_FILE = re.compile(rf"{HUB_NAME}/{HUB_NAME}(?:@{HUB_NAME})?(?:/{HUB_NAME})+")
"""Names of the hub; none begins with a dot or has two of them, as `..` does."""
OPENAI = re.compile(r"(ViT-[A-Z]+)/(\d+)(?:@(\d+)px)?((?::.+)?)|(RN\d+(?:x\d+)?)")
"""Names of perceptors as OpenAI writes them: ViT-B/32, ViT-L/14@336px, RN50x4."""


@dataclass(frozen=True)
class Schedule:
    """A number that may change over the run: eased between points, constant outside them.

    Attributes:
        points: (moment of the run, value), by rising moment; at least one.
        easing: how a value becomes the next, one of `EASINGS`.
    """

    points: tuple[tuple[Moment, float], ...]
    easing: str = EASINGS[0]

    @classmethod
    def constant(cls, value: float) -> Schedule:
        """Make the schedule that has one value during the whole run."""
        return cls(((0.0, float(value)),))

    def __call__(self, progress: float) -> float:
        """Return the value at a fraction of the run in [0, 1]; no moment may be in steps."""
        before = [point for point in self.points if point[0] <= progress]
        after = [point for point in self.points if point[0] > progress]
        if not before or not after:
            return (before or after)[-1 if before else 0][1]
        (left, low), (right, high) = before[-1], after[0]
        if self.easing == EASINGS[0]:
            return low + (high - low) * (progress - left) / (right - left)
        return low + (high - low) * eased((progress - left) / (right - left), self.easing)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 during the whole run."""
        return all(value == 0 for _, value in self.points)

    def over(self, steps: int) -> Schedule:
        """Return the schedule with fractions of a run of so many steps in place of steps."""
        if not any(isinstance(at, Steps) for at, _ in self.points):
            return self
        points = sorted((fraction(at, steps), value) for at, value in self.points)
        return Schedule(tuple(points), self.easing)

    def to_plain(self) -> float | dict[Any, Any]:
        """Return the number of a constant, otherwise the table from moments to values."""
        if len(self.points) == 1:
            return self.points[0][1]
        if self.easing == EASINGS[0] and not any(isinstance(at, Steps) for at, _ in self.points):
            return dict(self.points)
        table: dict[Any, Any] = {written(at): value for at, value in self.points}
        return table if self.easing == EASINGS[0] else {**table, EASING: self.easing}


def schedule(value: object) -> Schedule:
    """Read a number, or a table from moments of the run to numbers, perhaps with an `easing`.

    Raises:
        ConfigError: it is neither, or a moment is outside of the run.
    """
    table, easing = take_easing(value) if isinstance(value, Mapping) else ({0.0: value}, EASINGS[0])
    try:
        numbers = {at: number(level) for at, level in table.items()}
        unreadable = not all(map(is_moment, table))
    except ConfigError:
        unreadable = True
    if unreadable:
        raise ConfigError(
            f"allowed are a number, or a table such as {{0: 1.0, 0.5: 0}}, not {shown(value)}"
        ) from None
    try:
        points = {moment(at): level for at, level in numbers.items()}
    except ConfigError as error:
        raise ConfigError(f"the fractions of the run are from 0 to 1: {error}") from None
    if not points:
        raise ConfigError(f"the fractions of the run are from 0 to 1, not {shown(sorted(points))}")
    if not all(abs(level) <= MOST_NUMBER for level in points.values()):
        raise ConfigError(
            f"the values are finite numbers up to {MOST_NUMBER:g}, not "
            f"{shown(list(points.values()))}"
        )
    if len(points) == 1:
        return Schedule.constant(*points.values())
    return Schedule(tuple(sorted(points.items())), easing)


@dataclass(frozen=True)
class Augmentation:
    """One augmentation by name.

    Attributes:
        name: one of `AUGMENTATIONS`.
        strength: from 0 (nothing) to 1 (the most); its unit stands with each function.
        probability: share of the cutouts it is applied to.
    """

    name: str
    strength: float = 0.5
    probability: float = 1.0

    def to_plain(self) -> str | dict[str, str | float]:
        """Return its name, or a table with the numbers that are not the usual ones."""
        usual = augmentation(self.name)
        table: dict[str, str | float] = {"name": self.name}
        if self.strength != usual.strength:
            table["strength"] = self.strength
        if self.probability != usual.probability:
            table["probability"] = self.probability
        return table if len(table) > 1 else self.name


def augmentation(value: object) -> Augmentation:
    """Read a name, or a table with `name` and perhaps `strength` and `probability`.

    Raises:
        ConfigError: a name or key is unknown, or a number is outside [0, 1].
    """
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or "name" not in table:
        raise ConfigError(f"allowed are a name or a table with a name, not {shown(value)}")
    allowed = [field.name for field in fields(Augmentation)]
    for key in table:
        if key not in allowed:
            raise ConfigError(f"unknown key {shown(key)}: allowed are {', '.join(allowed)}")
    name = str(table["name"])
    if name not in AUGMENTATIONS:
        raise ConfigError(
            f"unknown augmentation {shown(name)}: allowed are {', '.join(AUGMENTATIONS)}"
            f"{did_you_mean(name, AUGMENTATIONS)}"
        )
    if name == "flip" and "strength" in table:
        raise ConfigError("flip has a probability but no strength")
    numbers = {key: _share(share, key) for key, share in table.items() if key != "name"}
    return Augmentation(name, **({"probability": 0.5} if name == "flip" else {}) | numbers)


def _share(value: object, key: str) -> float:
    try:
        share = number(value)
    except ConfigError:
        share = math.nan
    if not 0 <= share <= 1:
        raise ConfigError(f"the {key} is a number from 0 to 1, not {shown(value)}")
    return share


@dataclass(frozen=True)
class PerceptorChoice:
    """One of the guides, by name.

    Attributes:
        name: as `--perceptor` takes it.
        stated: its weight, or None where none was stated. Kept apart from a stated 1, so that a
            picture made before keeps its recipe and its id.
    """

    name: str
    stated: float | None = None

    @property
    def weight(self) -> float:
        """Its share in the loss; only ratios between perceptors count."""
        return 1.0 if self.stated is None else self.stated

    def to_plain(self) -> str | dict[str, str | float]:
        """Return its name, or a table with the weight that was stated."""
        return self.name if self.stated is None else {"name": self.name, "weight": self.stated}


def perceptor(value: object) -> PerceptorChoice:
    """Read a perceptor's name, or a table with `name` and `weight`.

    Raises:
        ConfigError: a key is unknown, or the weight is not positive.
    """
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or not {"name"} <= set(table) <= {"name", "weight"}:
        raise ConfigError(f"allowed are a name or a table with name and weight, not {shown(value)}")
    name = perceptor_name(text(table["name"]))
    if "weight" not in table:
        return PerceptorChoice(name)
    try:
        weight = number(table["weight"])
    except ConfigError:
        weight = math.nan
    if not LEAST_NUMBER <= weight <= MOST_NUMBER:
        raise ConfigError(
            f"the weight of {shown(name)} is a number above 0, not {shown(table['weight'])}"
        )
    return PerceptorChoice(name, weight)


def perceptor_name(name: str) -> str:
    """Return the name of a perceptor; OpenAI's spelling, as in ViT-B/32, becomes open_clip's.

    Raises:
        ConfigError: it is empty, or can be neither a path nor a repository of the hub.
    """
    if not name.strip():
        raise ConfigError("the name of a perceptor is empty")
    if name.startswith(HUB_SCHEME):
        if not HUB_REPOSITORY.fullmatch(name.removeprefix(HUB_SCHEME)):
            raise ConfigError(f"{shown(name)} is not of the form {HUB_SCHEME}ORG/REPO")
        return name
    recorded_path(name)
    match = OPENAI.fullmatch(name)
    if match is None or is_folder(name):
        return name
    model, patch, pixels, tag, convolutional = match.groups()
    written = convolutional or "-".join(part for part in (model, patch, pixels) if part)
    return f"{written}{tag or ':openai'}"


def generator(value: object) -> str:
    """Read what names a VQGAN: `mini`, a name of the catalogue, a path, or a file of the hub.

    Raises:
        ConfigError: it can be none of them.
    """
    name = recorded_path(value)
    if name.startswith(HUB_SCHEME):
        if not HUB_FILE.fullmatch(name.removeprefix(HUB_SCHEME)):
            raise ConfigError(f"{shown(name)} is not of the form {HUB_SCHEME}ORG/REPO/FILE")
    elif name not in GENERATORS and not is_path(name):
        raise ConfigError(unknown_generator(name))
    return name


def unknown_generator(name: str) -> str:
    """Return the sentence for a VQGAN that is neither in the catalogue nor a file."""
    return (
        f"unknown VQGAN {shown(name)}: allowed are {', '.join(GENERATORS)}, the path of a "
        f"weights file "
        f"or its folder, or {HUB_SCHEME}ORG/REPO/FILE{did_you_mean(name, GENERATORS)}"
    )


def is_path(name: str) -> bool:
    """Return whether a name is the path of a file or folder, not the name of a model."""
    looks = bool(Path(name).suffix) or "/" in name or "\\" in name or name == "~"
    return not name.startswith(HUB_SCHEME) and (looks or is_folder(name))
