"""Landscapes: a sky at some hour, a ground, perhaps something behind, on it, and falling."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vqclip.training.objects import THINGS, pine, tree
from vqclip.training.pen import SUPERSAMPLING, Color, Pen
from vqclip.training.shapes import COLORS, vary

Light = tuple[float, float, float]


@dataclass(frozen=True)
class Hour:
    """A time of day.

    Attributes:
        top: color of the sky above.
        bottom: color of the sky at the horizon.
        light: what it multiplies the colors of things by.
        names: how captions say it, to follow "a meadow".
    """

    top: Color
    bottom: Color
    light: Light
    names: tuple[str, ...]


HOURS = {
    "day": Hour(
        (70, 140, 230), (180, 220, 250), (1, 1, 1), ("on a sunny day", "in daytime", "by day", "")
    ),
    "sunset": Hour(
        (90, 40, 120), (255, 150, 60), (0.9, 0.72, 0.68), ("at sunset", "at dusk", "in the evening")
    ),
    "sunrise": Hour(
        (120, 150, 220), (255, 205, 170), (1, 0.92, 0.85), ("at sunrise", "at dawn")
    ),
    "night": Hour((8, 10, 40), (30, 40, 90), (0.5, 0.5, 0.65), ("at night", "under the stars")),
    "clouded": Hour(
        (130, 135, 145), (195, 200, 205), (0.85, 0.87, 0.9), ("on a cloudy day", "on a gray day")
    ),
}  # fmt: skip
GROUNDS: dict[str, Color] = {
    "meadow": (80, 170, 60),
    "sea": (20, 90, 160),
    "desert": (225, 185, 110),
    "forest": (40, 95, 45),
    "field of snow": (240, 245, 250),
    "beach": (235, 210, 150),
}
BACKS = ("mountains", "snowy mountains", "hills", "")
AFLOAT = ("sailing boat",)
NATURAL = {"tree": ("green",), "apple": ("red", "green"), "castle": ("gray",)}
STANDING = tuple(name for name in THINGS if name not in ("fish", "apple", *AFLOAT))
ALOFT = ("hot air balloon", "rocket")


def landscape(size: int, rng: random.Random, *, empty: bool = False) -> tuple[Image.Image, str]:
    """Draw a landscape of `size` pixels a side, with a thing in it unless `empty`.

    Returns:
        The picture and its caption.
    """
    hour_name, ground = rng.choice(list(HOURS)), rng.choice(list(GROUNDS))
    hour, horizon = HOURS[hour_name], rng.uniform(-0.02, 0.3)  # y in the frame of the picture
    pen = Pen(_sky(size * SUPERSAMPLING, hour, rng))
    extras = _heavens(pen, hour_name, horizon, rng)
    pen = pen.lit(hour.light)
    back = rng.choice(BACKS)
    if back:
        _backdrop(pen, back, horizon, rng)
        extras.append(back)
    _ground(pen, ground, horizon, rng)
    thing = _thing(pen, ground, horizon, rng) if not empty and rng.random() < 0.8 else ""
    weather = rng.choice(("", "", "", "", "rain", "falling snow"))
    if weather:
        _fall(pen, weather, rng)
        extras.append(weather)
    return pen.finish(), _caption(thing, ground, hour, extras, rng)


def other_names(caption: str) -> str:
    """Return the other names of a caption's hour, by which its picture should be found, too."""
    for hour in HOURS.values():
        names = [name for name in hour.names if name]
        if any(name in caption for name in names):
            return ", ".join(name for name in names if name not in caption)
    return ""


def _caption(thing: str, ground: str, hour: Hour, extras: list[str], rng: random.Random) -> str:
    place = {"sea": "on the sea", "beach": "on a beach", "desert": "in the desert"}.get(
        ground, f"in a {ground}"
    )
    base = f"{thing} {place}" if thing else f"a {ground}".replace("a sea", "the sea")
    said = [extra for extra in extras if rng.random() < 0.6]
    tail = f" with {' and '.join(said)}" if said else ""
    return f"{base} {rng.choice(hour.names)}".strip() + tail


def _sky(side: int, hour: Hour, rng: random.Random) -> Image.Image:
    share = np.linspace(0, 1.5, side).clip(0, 1)[:, None]
    top, bottom = np.array(vary(hour.top, rng)), np.array(vary(hour.bottom, rng))
    column = (top * (1 - share) + bottom * share).astype(np.uint8)  # (side, 3)
    return Image.fromarray(np.repeat(column[:, None], side, axis=1))


def _heavens(pen: Pen, hour: str, horizon: float, rng: random.Random) -> list[str]:
    found = []
    x = rng.uniform(-0.7, 0.7)
    if hour == "night":
        for _ in range(rng.randint(15, 40)):
            pen.disc(
                rng.uniform(-1, 1),
                rng.uniform(-1, horizon),
                rng.uniform(0.006, 0.02),
                (255, 255, 230),
            )
        found.append("stars")
        if rng.random() < 0.6:
            pen.disc(x, rng.uniform(-0.75, -0.4), rng.uniform(0.12, 0.22), (245, 240, 210))
            found.append("a moon")
    elif hour != "clouded" and rng.random() < 0.8:
        y = rng.uniform(-0.8, -0.5) if hour == "day" else horizon - rng.uniform(0, 0.3)
        pen.disc(x, y, rng.uniform(0.14, 0.24), (255, 235, 80) if hour == "day" else (255, 200, 90))
        found.append("the sun")
    if hour in ("day", "clouded", "sunrise") and rng.random() < 0.7:
        for _ in range(rng.randint(1, 3)):
            cloud = pen.at(
                rng.uniform(-0.9, 0.9), rng.uniform(-0.85, -0.4), rng.uniform(0.15, 0.28)
            )
            for dx, dy, radius in (
                (-0.6, 0, 0.5),
                (0, -0.2, 0.65),
                (0.6, 0, 0.5),
                (0.1, 0.15, 0.6),
            ):
                cloud.oval(dx, dy, radius, radius * 0.7, (246, 246, 250))
        found.append("clouds")
    return found


def _backdrop(pen: Pen, back: str, horizon: float, rng: random.Random) -> None:
    if back == "hills":
        phase, waves = rng.uniform(0, 6), rng.uniform(2, 4)
        steps = [k / 20 - 1 for k in range(41)]
        ridge = [(x, horizon - 0.12 - 0.1 * math.sin(phase + waves * x)) for x in steps]
        pen.polygon([(-1, 1), *ridge, (1, 1)], vary((70, 120, 70), rng))
        return
    color = (95, 90, 105) if back == "mountains" else (235, 240, 250)
    for _ in range(rng.randint(3, 5)):
        x, height = rng.uniform(-1, 1), rng.uniform(0.4, 0.85)
        half = height * rng.uniform(0.6, 0.9)
        pen.polygon(
            [(x - half, horizon + 0.02), (x, horizon - height), (x + half, horizon + 0.02)],
            vary(color, rng),
        )


def _ground(pen: Pen, ground: str, horizon: float, rng: random.Random) -> None:
    pen.box(-1, horizon, 1, 1.02, vary(GROUNDS[ground], rng))
    if ground in ("sea", "beach"):
        if ground == "beach":
            pen.box(-1, horizon, 1, horizon + 0.3, (40, 120, 190))
        for _ in range(12):
            x, y = rng.uniform(-1, 1), rng.uniform(horizon + 0.04, 1 if ground == "sea" else 0.25)
            pen.line([(x, y), (x + rng.uniform(0.1, 0.28), y)], 0.02, (110, 165, 215))
    elif ground == "forest":
        rows = sorted(rng.uniform(horizon + 0.05, 1) for _ in range(14))
        for y in rows:
            stem = pen.at(rng.uniform(-1, 1), y, rng.uniform(0.17, 0.3))
            rng.choice((pine, tree))(stem, vary(rng.choice(((25, 90, 40), (45, 130, 50))), rng))


def _thing(pen: Pen, ground: str, horizon: float, rng: random.Random) -> str:
    name = rng.choice(AFLOAT if ground == "sea" else STANDING)
    color_name = rng.choice(NATURAL.get(name, tuple(COLORS)))
    size = rng.uniform(0.28, 0.5)
    y = horizon + rng.uniform(0.15, 0.55)
    if name in ALOFT and rng.random() < 0.7:
        y = horizon - rng.uniform(0.05, 0.3)
    color = vary(COLORS[color_name], rng)
    THINGS[name](pen.at(rng.uniform(-0.5, 0.5), y, size), color)
    article = "an" if color_name[0] in "aeiou" else "a"
    plain = f"a {name}"
    return plain if name in NATURAL or rng.random() < 0.15 else f"{article} {color_name} {name}"


def _fall(pen: Pen, weather: str, rng: random.Random) -> None:
    for _ in range(50):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
        if weather == "rain":
            pen.line([(x, y), (x - 0.03, y + 0.12)], 0.012, (190, 205, 230))
        else:
            pen.disc(x, y, rng.uniform(0.012, 0.03), (250, 250, 255))
