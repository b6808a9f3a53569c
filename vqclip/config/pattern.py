"""Limits of form: the grid of large pixels, and the symmetry of a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqclip.config.choices import NONE
from vqclip.errors import ConfigError, shown

MOST_TURNS = 8
MIRRORS = ("x", "y", "xy")


@dataclass(frozen=True)
class PixelGrid:
    """Large pixels that a picture is made of: so many across and so many down."""

    width: int
    height: int

    def to_plain(self) -> str:
        """Return WIDTHxHEIGHT."""
        return f"{self.width}x{self.height}"


def pixel_grid(value: object) -> PixelGrid:
    """Read WIDTHxHEIGHT, or one number for a square grid.

    Raises:
        ConfigError: it is neither.
    """
    match = re.fullmatch(r"\s*(\d{1,4})\s*(?:[xX×]\s*(\d{1,4})\s*)?", str(value))
    sides = () if match is None else (int(match[1]), int(match[2] or match[1]))
    if not sides or min(sides) < 2:
        raise ConfigError(
            f"allowed is the number of large pixels, such as 64x64, not {shown(value)}"
        )
    return PixelGrid(*sides)


def symmetry(value: object) -> str:
    """Read `none`, `x`, `y`, `xy`, or `rotate N` with N from 2 to 8.

    Raises:
        ConfigError: it is something else.
    """
    text = " ".join(str(value).lower().split())
    match = re.fullmatch(r"rotate ?(\d)", text)
    if match and 2 <= int(match[1]) <= MOST_TURNS:
        return f"rotate {match[1]}"
    if text not in (NONE, *MIRRORS):
        raise ConfigError(
            f"allowed are {NONE}, {', '.join(MIRRORS)}, or rotate 2 to rotate {MOST_TURNS}, not "
            f"{shown(value)}"
        )
    return text


def turns_of(symmetry: str) -> int:
    """Return how often a picture of a symmetry looks the same in one turn; 1 for the others."""
    return int(symmetry.removeprefix("rotate ")) if symmetry.startswith("rotate") else 1
