"""The basic colors by their English names, and what is made of them. Imports no image library."""

from __future__ import annotations

import random

Color = tuple[int, int, int]
"""Red, green and blue, from 0 to 255."""

COLORS: dict[str, Color] = {
    "red": (214, 40, 40),
    "green": (42, 157, 60),
    "blue": (38, 84, 214),
    "yellow": (250, 214, 40),
    "orange": (247, 127, 20),
    "purple": (128, 50, 170),
    "pink": (255, 130, 180),
    "black": (20, 20, 20),
    "white": (248, 248, 248),
    "gray": (128, 128, 128),
    "brown": (120, 72, 30),
    "cyan": (40, 200, 220),
}
COLOR_SYNONYMS: dict[str, tuple[str, ...]] = {
    "gray": ("grey",),
    "purple": ("violet",),
    "cyan": ("turquoise",),
}
COLOR_NAMES = frozenset({*COLORS, *(name for names in COLOR_SYNONYMS.values() for name in names)})
"""Every word that names one of the colors."""


def vary(color: Color, rng: random.Random, amount: int = 14) -> Color:
    """Return a color near another, each channel moved by at most `amount` of 255."""
    red, green, blue = (min(255, max(0, value + rng.randint(-amount, amount))) for value in color)
    return red, green, blue


def mix(color: Color, other: Color, share: float) -> Color:
    """Return a color with a `share` (0 to 1) of another in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue
