"""Moments of a run: a fraction, a percentage or a number of steps, and the way between two."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol, TypeVar, runtime_checkable

from vqclip.config.scalars import number
from vqclip.errors import ConfigError, shown

T = TypeVar("T")

EASINGS = ("linear", "cosine", "step")
"""Ways from one value to the next: straight, slow at both ends, or at once when it is reached."""
EASING = "easing"
"""The key of a schedule that names the way."""
STEPS = re.compile(r"(\d{1,7})\s*steps?")
PERCENT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*%")
LIKE_A_MOMENT = re.compile(r"[-+.\d][-+.\deE]*\s*(%|steps?)?|[-+]?(nan|inf)")


class Steps(int):
    """A number of steps that were made, as a moment."""


Moment = float | Steps
"""A fraction of the run in [0, 1], or a number of steps."""


def moment(value: object) -> Moment:
    """Read `0.5`, `50%` or `150 steps`.

    Raises:
        ConfigError: it is none of them, or outside of the run.
    """
    text = str(value).strip()
    if match := STEPS.fullmatch(text):
        return Steps(match[1])
    share = float(match[1]) / 100 if (match := PERCENT.fullmatch(text)) else number(value)
    if not 0 <= share <= 1:
        raise ConfigError(
            "the moments of a run are fractions from 0 to 1, percentages such as 50%, or steps "
            f"such as '150 steps', not {shown(value)}"
        )
    return share


def is_moment(key: object) -> bool:
    """Say whether a key of a table is meant as a moment."""
    return LIKE_A_MOMENT.fullmatch(str(key).strip()) is not None


def written(at: Moment) -> str:
    """Return a moment as it is read."""
    return f"{int(at)} steps" if isinstance(at, Steps) else repr(float(at)).removesuffix(".0")


def fraction(at: Moment, steps: int) -> float:
    """Return a moment as a fraction of a run of so many steps.

    Raises:
        ConfigError: the run has fewer steps.
    """
    if not isinstance(at, Steps):
        return at
    if at > steps:
        raise ConfigError(f"{written(at)}: the run has {steps} steps")
    return min(1.0, at / max(1, steps - 1))


def eased(share: float, easing: str) -> float:
    """Return the share of the way that was gone at a share of the time, both in [0, 1]."""
    if easing == "step":
        return 1.0 if share >= 1 else 0.0
    return (1 - math.cos(math.pi * share)) / 2 if easing == "cosine" else share


def take_easing(table: Mapping[Any, object]) -> tuple[dict[Any, object], str]:
    """Separate the easing of a table from its moments.

    Raises:
        ConfigError: the easing is unknown.
    """
    rest = {key: value for key, value in table.items() if key != EASING}
    easing = table.get(EASING, EASINGS[0])
    if easing not in EASINGS:
        raise ConfigError(f"the easing is one of {', '.join(EASINGS)}, not {shown(easing)}")
    return rest, str(easing)


@runtime_checkable
class Timed(Protocol):
    """A value that may have moments in steps."""

    def over(self, steps: int) -> Any:
        """Return the value with fractions of a run of so many steps instead."""


def timed(value: T, steps: int) -> T:
    """Return settings with every moment as a fraction of a run of so many steps.

    Raises:
        ConfigError: a moment comes after the run.
    """
    if isinstance(value, Timed):
        return value.over(steps)  # type: ignore[no-any-return]
    if isinstance(value, tuple):
        parts = tuple(timed(entry, steps) for entry in value)
        is_same = all(new is old for new, old in zip(parts, value, strict=True))
        return value if is_same else parts  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        old = {own.name: getattr(value, own.name) for own in fields(value)}
        new = {name: timed(entry, steps) for name, entry in old.items()}
        changes = {name: entry for name, entry in new.items() if entry is not old[name]}
        return replace(value, **changes) if changes else value
    return value
