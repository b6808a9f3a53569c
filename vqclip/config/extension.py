"""Extensions: the sides on which a picture continues beyond the picture it starts from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqclip.errors import ConfigError, did_you_mean, shown

SIDES = ("left", "top", "right", "bottom")
LEAST, MOST = 1.0, 400.0
"""Percent of the start picture by which a side may grow."""
PART = re.compile(r"\s*(\w+)\s+(\d+(?:\.\d*)?|\.\d+)\s*%\s*")


@dataclass(frozen=True)
class Extension:
    """By how much each side grows, in percent of the start picture's width or height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def kept(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return where the start picture lies in the whole: left, top, right, bottom in pixels."""
        across, down = 100 + self.left + self.right, 100 + self.top + self.bottom
        left, top = round(width * self.left / across), round(height * self.top / down)
        return (
            left,
            top,
            max(left + 1, round(width * (100 + self.left) / across)),
            max(top + 1, round(height * (100 + self.top) / down)),
        )

    def to_plain(self) -> str:
        """Return the text of YAML files and recipes."""
        grown = [(side, getattr(self, side)) for side in SIDES]
        return ", ".join(
            f"{side} {share!r}".removesuffix(".0") + "%" for side, share in grown if share
        )


def read_extension(value: object) -> Extension:
    """Read `right 50%`, or several sides with commas between them.

    Raises:
        ConfigError: it is something else, or no side grows.
    """
    sides: dict[str, float] = {}
    for part in str(value).split(","):
        match = PART.fullmatch(part)
        if match is None:
            raise ConfigError(f"allowed are sides such as 'right 50%, top 20%', not {shown(value)}")
        side, share = match[1], float(match[2])
        if side not in SIDES:
            raise ConfigError(
                f"{shown(side)} is no side: allowed are {', '.join(SIDES)}"
                f"{did_you_mean(side, SIDES)}"
            )
        if side in sides:
            raise ConfigError(f"{side} is named twice in {shown(value)}")
        if not LEAST <= share <= MOST:
            raise ConfigError(
                f"a side grows by {LEAST:g} to {MOST:g}% of the start picture, not {match[2]}%"
            )
        sides[side] = share
    return Extension(**sides)
