"""Empty places, and where in them something may stand."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image

from vqclip.world.pen import SUPERSAMPLING, Pen
from vqclip.world.scenery.skies import HOURS, heavens, sky


@dataclass(frozen=True)
class Support:
    """Where something may stand, sit or lie in a picture.

    Attributes:
        words: follow the name of what is there: "on a red sofa", "under a tree in autumn".
        x: center of its lower edge, as a share of the picture's width.
        y: likewise, of the height, from the top.
        side: largest side of what is put there, as a share of the picture's side.
    """

    words: str
    x: float
    y: float
    side: float


@dataclass(frozen=True)
class Place:
    """A place with nothing in it.

    Attributes:
        image: RGB.
        words: its canonical caption: "a living room with a red sofa".
        supports: where something may be put; one at least.
    """

    image: Image.Image
    words: str
    supports: tuple[Support, ...]


def support(pen: Pen, words: str, x: float, y: float, side: float) -> Support:
    """Return a support at (x, y) of the pen's frame; `side` is a share of the frame's radius."""
    return Support(words, pen.x + x * pen.scale, pen.y + y * pen.scale, side * pen.scale)


@dataclass(frozen=True)
class Vista:
    """A sky to draw under.

    Attributes:
        pen: draws in the light of the hour.
        hour: a key of `HOURS`.
        when: the end of a caption, such as " at night"; often empty by day.
        sights: what is in the sky.
    """

    pen: Pen
    hour: str
    when: str
    sights: tuple[str, ...]


OPEN = ("day", "day", "sunset", "sunrise", "night", "clouded")
"""Times of day under an open sky, repeated as often as they occur."""


def vista(
    size: int,
    rng: random.Random,
    horizon: float,
    hours: tuple[str, ...] = OPEN,
    *,
    dark: bool = False,
) -> Vista:
    """Draw a sky at one of some hours, with sun, moon, stars and clouds unless it is `dark`."""
    name = rng.choice(hours)
    hour = HOURS[name]
    pen = Pen(sky(size * SUPERSAMPLING, hour, rng, dark=dark))
    sights = () if dark else tuple(heavens(pen, name, horizon, rng))
    plain = name in ("day", "clouded") and rng.random() < 0.75
    return Vista(pen.lit(hour.light), name, "" if plain else f" {hour.names[0]}", sights)
