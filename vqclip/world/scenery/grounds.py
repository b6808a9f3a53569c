"""The grounds of landscapes, and the mountains, hills and volcanoes behind them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from vqclip.world.colors import Color, vary
from vqclip.world.pen import Pen
from vqclip.world.things.materials import LAMPLIGHT
from vqclip.world.things.plants import palm, pine, tree

GROUNDS: dict[str, Color] = {
    "meadow": (80, 170, 60),
    "sea": (20, 90, 160),
    "desert": (225, 185, 110),
    "forest": (40, 95, 45),
    "field of snow": (240, 245, 250),
    "beach": (235, 210, 150),
    "city": (115, 115, 122),
    "lake": (95, 165, 75),
    "river": (100, 170, 70),
    "jungle": (25, 90, 50),
    "autumn forest": (170, 105, 45),
}
BACKS = ("mountains", "snowy mountains", "hills", "a volcano")
WATER: Color = (45, 125, 200)
CROWNS: dict[str, tuple[Color, ...]] = {
    "forest": ((25, 90, 40), (45, 130, 50)),
    "autumn forest": ((225, 110, 25), (200, 55, 30), (240, 180, 40)),
    "jungle": ((20, 120, 60), (50, 150, 50), (15, 90, 60)),
}
"""Colors of the trees of forests."""
WALLS: tuple[Color, ...] = ((90, 100, 125), (130, 110, 110), (110, 125, 140), (75, 75, 95))
"""Colors of the buildings of a city."""


def backdrop(pen: Pen, back: str, horizon: float, rng: random.Random) -> None:
    """Draw one of `BACKS` on the horizon."""
    if back == "hills":
        phase, waves = rng.uniform(0, 6), rng.uniform(2, 4)
        steps = [k / 20 - 1 for k in range(41)]
        ridge = [(x, horizon - 0.12 - 0.1 * math.sin(phase + waves * x)) for x in steps]
        pen.polygon([(-1, 1), *ridge, (1, 1)], vary((70, 120, 70), rng))
    elif back == "a volcano":
        _volcano(pen.at(rng.uniform(-0.4, 0.4), horizon, rng.uniform(0.75, 1)), rng)
    else:
        color = (95, 90, 105) if back == "mountains" else (235, 240, 250)
        for _ in range(rng.randint(3, 5)):
            x, height = rng.uniform(-1, 1), rng.uniform(0.4, 0.85)
            half = height * rng.uniform(0.6, 0.9)
            foot = horizon + 0.02
            peak = [(x - half, foot), (x, horizon - height), (x + half, foot)]
            pen.polygon(peak, vary(color, rng))


def ground(pen: Pen, name: str, horizon: float, rng: random.Random) -> None:
    """Draw one of `GROUNDS` from y = `horizon` down."""
    color = vary(GROUNDS[name], rng)
    if name == "city":
        _skyline(pen, horizon, rng)
    pen.box(-1, horizon, 1, 1.02, color)
    if name in CROWNS:
        _trees(pen, name, horizon, rng)
    elif name in DETAILS:
        DETAILS[name](pen, horizon, rng)


def _volcano(pen: Pen, rng: random.Random) -> None:
    for x, y, radius in ((0.05, -1.05, 0.16), (0.2, -1.2, 0.2), (0.0, -1.35, 0.22)):
        pen.disc(x + rng.uniform(-0.05, 0.05), y, radius, (140, 135, 140))
    pen.polygon([(-0.8, 0.02), (-0.2, -0.95), (0.2, -0.95), (0.8, 0.02)], vary((85, 65, 65), rng))
    lava = [(-0.2, -0.95), (0.2, -0.95), (0.28, -0.5), (0.12, -0.7), (0.02, -0.25), (-0.1, -0.65)]
    pen.polygon([*lava, (-0.25, -0.45)], (250, 90, 20))
    pen.oval(0, -0.95, 0.2, 0.05, (255, 190, 60))


def _skyline(pen: Pen, horizon: float, rng: random.Random) -> None:
    x = -1.0
    while x < 1:
        wide, height = rng.uniform(0.2, 0.38), rng.uniform(0.35, 0.95)
        pen.box(x, horizon - height, x + wide, horizon + 0.02, vary(rng.choice(WALLS), rng))
        # Windows are lamps: the light of the hour does not dim them.
        lamps, columns = pen.lit((1, 1, 1)), max(2, round(wide / 0.1))
        step = wide / columns
        for row in range(int(height / 0.13)):
            y = horizon - height + 0.05 + 0.13 * row
            for column in range(columns):
                if rng.random() < 0.75:
                    left = x + (column + 0.25) * step
                    lamps.box(left, y, left + 0.5 * step, y + 0.065, LAMPLIGHT)
        x += wide + rng.choice((0, 0.02))


def _ripples(
    pen: Pen, top: float, bottom: float, rng: random.Random, *, reach: float = 1.0
) -> None:
    for _ in range(12):
        x, y = rng.uniform(-reach, reach), rng.uniform(top, bottom)
        pen.line([(x, y), (x + rng.uniform(0.1, 0.28), y)], 0.02, (110, 165, 215))


def _sea(pen: Pen, horizon: float, rng: random.Random) -> None:
    _ripples(pen, horizon + 0.04, 1, rng)


def _beach(pen: Pen, horizon: float, rng: random.Random) -> None:
    pen.box(-1, horizon, 1, horizon + 0.3, (40, 120, 190))
    _ripples(pen, horizon + 0.04, horizon + 0.25, rng)


def _street(pen: Pen, horizon: float, rng: random.Random) -> None:
    pen.box(-1, horizon, 1, horizon + 0.08, (160, 160, 165))
    start = rng.uniform(-1.2, -0.9)
    for k in range(4):
        pen.box(start + 0.6 * k, 0.78, start + 0.3 + 0.6 * k, 0.83, (240, 235, 200))


def _lake(pen: Pen, horizon: float, rng: random.Random) -> None:
    pen.oval(rng.uniform(-0.1, 0.1), horizon + 0.42, 1.05, 0.34, vary(WATER, rng))
    _ripples(pen, horizon + 0.25, horizon + 0.6, rng, reach=0.6)


def _river(pen: Pen, horizon: float, rng: random.Random) -> None:
    bend, phase = rng.uniform(0.15, 0.3), rng.uniform(0, 6)
    left, right = [], []
    for k in range(13):
        share = k / 12
        middle = bend * math.sin(phase + 4.5 * share) * (0.3 + share)
        half, y = 0.05 + 0.36 * share * share, horizon + (1.02 - horizon) * share
        left.append((middle - half, y))
        right.append((middle + half, y))
    pen.polygon([*left, *reversed(right)], vary(WATER, rng))


def _trees(pen: Pen, name: str, horizon: float, rng: random.Random) -> None:
    kinds = {"jungle": (palm, palm, tree), "autumn forest": (tree,)}.get(name, (pine, tree))
    for y in sorted(rng.uniform(horizon + 0.05, 1) for _ in range(14)):
        stem = pen.at(rng.uniform(-1, 1), y, rng.uniform(0.17, 0.32))
        rng.choice(kinds)(stem, vary(rng.choice(CROWNS[name]), rng))


DETAILS: dict[str, Callable[[Pen, float, random.Random], None]] = {
    "sea": _sea,
    "beach": _beach,
    "city": _street,
    "lake": _lake,
    "river": _river,
}
"""What is drawn on a ground that is not of a single color; forests have their trees."""
