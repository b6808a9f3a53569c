"""Skies: times of day and their light, sun, moon, stars and clouds, and the weather."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.patterns import RAINBOW
from vqclip.world.pen import Pen, arc

Light = tuple[float, float, float]
"""Factors of red, green and blue."""


@dataclass(frozen=True)
class Hour:
    """A time of day.

    Attributes:
        top: color of the sky at the top of the picture.
        bottom: color of the sky at the horizon.
        light: factor of the colors of everything below the sky.
        names: phrases of captions, to follow "a meadow"; the first is the canonical one.
    """

    top: Color
    bottom: Color
    light: Light
    names: tuple[str, ...]


HOURS = {
    "day": Hour(
        (70, 140, 230), (180, 220, 250), (1, 1, 1), ("on a sunny day", "in daytime", "by day")
    ),
    "sunset": Hour(
        (90, 40, 120), (255, 150, 60), (0.9, 0.72, 0.68), ("at sunset", "at dusk", "in the evening")
    ),
    "sunrise": Hour(
        (120, 150, 220), (255, 205, 170), (1, 0.92, 0.85), ("at sunrise", "at dawn")
    ),
    "night": Hour((8, 10, 40), (30, 40, 90), (0.58, 0.58, 0.74), ("at night", "under the stars")),
    "clouded": Hour(
        (130, 135, 145), (195, 200, 205), (0.85, 0.87, 0.9), ("on a cloudy day", "on a gray day")
    ),
}  # fmt: skip
WEATHERS = ("rain", "falling snow", "fog", "lightning", "a rainbow")
SKIES = {
    "rain": ("day", "sunset", "sunrise", "night", "clouded", "clouded", "clouded"),
    "lightning": ("night", "clouded"),
    "a rainbow": ("day", "clouded", "sunrise"),
}
"""Times of day at which a weather may occur, where not at all of them; repeated: more often."""


def sky(side: int, hour: Hour, rng: random.Random, *, dark: bool = False) -> Image.Image:
    """Draw an empty sky of `side` x `side` pixels, `dark` before a storm."""
    share = np.linspace(0, 1.5, side).clip(0, 1)[:, None]
    top, bottom = np.array(vary(hour.top, rng)), np.array(vary(hour.bottom, rng))
    column = (top * (1 - share) + bottom * share) * (0.55 if dark else 1)
    return Image.fromarray(np.repeat(column.astype(np.uint8)[:, None], side, axis=1))


def heavens(pen: Pen, hour: str, horizon: float, rng: random.Random) -> list[str]:
    """Draw stars, a moon, the sun or clouds above y = `horizon`; return their names."""
    drawn = []
    x = rng.uniform(-0.7, 0.7)
    if hour == "night":
        for _ in range(rng.randint(15, 40)):
            y, radius = rng.uniform(-1, horizon), rng.uniform(0.006, 0.02)
            pen.disc(rng.uniform(-1, 1), y, radius, (255, 255, 230))
        drawn.append("stars")
        if rng.random() < 0.6:
            pen.disc(x, rng.uniform(-0.75, -0.4), rng.uniform(0.12, 0.22), (245, 240, 210))
            drawn.append("a moon")
    elif hour != "clouded" and rng.random() < 0.8:
        y = rng.uniform(-0.8, -0.5) if hour == "day" else horizon - rng.uniform(0, 0.3)
        pen.disc(x, y, rng.uniform(0.14, 0.24), (255, 235, 80) if hour == "day" else (255, 200, 90))
        drawn.append("the sun")
    if hour in ("day", "clouded", "sunrise") and rng.random() < 0.7:
        for _ in range(rng.randint(1, 3)):
            place = rng.uniform(-0.9, 0.9), rng.uniform(-0.85, -0.4)
            cloud(pen.at(*place, rng.uniform(0.15, 0.28)), (246, 246, 250))
        drawn.append("clouds")
    return drawn


def cloud(pen: Pen, color: Color) -> None:
    """Draw a cloud within radius 1 of the pen's frame."""
    for x, y, radius in ((-0.6, 0, 0.5), (0, -0.2, 0.65), (0.6, 0, 0.5), (0.1, 0.15, 0.6)):
        pen.oval(x, y, radius, radius * 0.7, color)


def above(pen: Pen, weather: str, horizon: float, rng: random.Random) -> None:
    """Draw the part of a weather behind the ground: a rainbow, or lightning from dark clouds."""
    if weather == "a rainbow":
        x, radius = rng.uniform(-0.3, 0.3), rng.uniform(0.9, 1.15)
        for k, name in enumerate(RAINBOW):
            reach = radius - 0.07 * k
            pen.line(arc(x, horizon + 0.1, reach, reach, 180, 360, 32), 0.075, COLORS[name])
    elif weather == "lightning":
        for x in (-0.75, -0.1, 0.6):
            cloud(pen.at(x, rng.uniform(-0.85, -0.75), 0.42), vary((75, 78, 92), rng))
        for _ in range(rng.randint(1, 2)):
            x = rng.uniform(-0.6, 0.6)
            step = (horizon + 0.6) / 3
            bolt = [(x, -0.65), (x - 0.12, -0.6 + step), (x + 0.06, -0.6 + step)]
            pen.line([*bolt, (x - 0.1, -0.6 + 2.6 * step)], 0.065, (255, 245, 140))


def falling(pen: Pen, weather: str, horizon: float, rng: random.Random) -> None:
    """Draw the part of a weather in front of everything: rain, snow or fog."""
    if weather == "fog":
        thick = Image.new("L", (1, 64))
        near = round(32 * (1 + horizon))
        thick.putdata([max(90, 225 - 5 * abs(y - near)) for y in range(64)])
        gray = Image.new("RGB", pen.image.size, pen.shade((222, 226, 230)))
        pen.image.paste(gray, (0, 0), thick.resize(pen.image.size, Image.Resampling.BILINEAR))
        return
    for _ in range({"rain": 70, "falling snow": 60}.get(weather, 0)):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
        if weather == "rain":
            pen.line([(x, y), (x - 0.04, y + 0.15)], 0.014, (190, 205, 230))
        else:
            pen.disc(x, y, rng.uniform(0.014, 0.036), (250, 250, 255))
