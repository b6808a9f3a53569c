"""Scenes without a ground: space, and under water."""

from __future__ import annotations

import math
import random

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, Point, arc
from vqclip.world.things.inventory import SUBMERGED, THINGS
from vqclip.world.words import NUMBERS, article, plural

IN_SPACE = ("planet", "planet with rings", "planet", "galaxy", "rocket", "robot")
SWIMMERS: dict[int, tuple[Point, ...]] = {
    1: ((0, 0),),
    2: ((-0.4, -0.4), (0.4, 0.25)),
    3: ((-0.45, -0.5), (0.4, -0.2), (-0.3, 0.4)),
}
"""Places of that many swimmers."""
SEAWEED: tuple[Color, ...] = ((30, 120, 60), (60, 150, 60), (120, 140, 40))


def space(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a planet, a galaxy or a traveler among stars; return it with its caption."""
    pen = Pen.blank(size, vary((10, 10, 32), rng, 8))
    for _ in range(rng.randint(25, 60)):
        radius = rng.uniform(0.006, 0.024)
        pen.disc(rng.uniform(-1, 1), rng.uniform(-1, 1), radius, vary((240, 240, 225), rng))
    name = rng.choice(IN_SPACE)
    color_name = rng.choice([color for color in COLORS if color != "black"])
    color = vary(COLORS[color_name], rng)
    frame = pen.at(rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2), rng.uniform(0.5, 0.75))
    if name == "galaxy":
        _galaxy(frame, color, rng)
    elif name in THINGS:
        THINGS[name](frame.at(0, 0.9, 0.9), color)
    else:
        _planet(frame.at(0, 0, 0.85), color, rings="rings" in name, rng=rng)
    caption = f"{article(f'{color_name} {name}')} in space"
    if rng.random() < 0.3:
        pen.at(rng.choice((-0.75, 0.75)), -0.75, 0.13).disc(0, 0, 1, (225, 222, 205))
        caption += " with a moon"
    return pen.finish(), caption


def _planet(pen: Pen, color: Color, *, rings: bool, rng: random.Random) -> None:
    dark = mix(color, (0, 0, 0), 0.3)
    around = mix(color, (255, 240, 200), 0.6)
    if rings:
        pen = pen.at(0, 0, 0.75)
        pen.line(arc(0, 0, 1.5, 0.42, 180, 360, 24), 0.16, around)
    pen.disc(0, 0, 0.95, color)
    for y in (-0.5, 0.0, 0.45):
        half = math.sqrt(0.9 - (abs(y) + 0.1) ** 2)
        pen.oval(rng.uniform(-0.05, 0.05), y, half, 0.09, dark)
    if rings:
        pen.line(arc(0, 0, 1.5, 0.42, 0, 180, 24), 0.16, around)


def _galaxy(pen: Pen, color: Color, rng: random.Random) -> None:
    phase = rng.uniform(0, 2 * math.pi)
    for k in range(150):
        share = k / 150
        angle = phase + 7.5 * share + math.pi * (k % 2)
        x, y = 1.25 * share * math.cos(angle), 0.8 * share * math.sin(angle)
        tint = mix(color, (255, 255, 255), rng.uniform(0, 0.5))
        spread = 0.1 * share
        pen.disc(x + rng.gauss(0, spread), y + rng.gauss(0, spread), rng.uniform(0.03, 0.1), tint)
    pen.oval(0, 0, 0.24, 0.17, (255, 245, 215))


def underwater(size: int, rng: random.Random) -> CaptionedImage:
    """Draw swimmers under water, perhaps with seaweed and bubbles; return it with its caption."""
    pen, beside = _water(size, rng, deep=False)
    swimmers = _swimmers(pen, rng)
    return pen.finish(), f"{swimmers} {_under_water(pen, beside, rng)}"


def seabed(size: int, rng: random.Random) -> CaptionedImage:
    """Draw water with nothing that swims in it; return it with the words for being there."""
    deep = rng.random() < 0.35
    pen, beside = _water(size, rng, deep=deep)
    words = _under_water(pen, beside, rng)
    return pen.finish(), words.replace("under water", "in the deep sea") if deep else words


def _water(size: int, rng: random.Random, *, deep: bool) -> tuple[Pen, list[str]]:
    """Draw water, its ground and perhaps seaweed; return also the words for what is in it."""
    pen = Pen.blank(size, vary((25, 120, 190), rng, 10))
    top, bottom = ((24, 74, 132), (4, 12, 44)) if deep else ((60, 170, 225), (10, 60, 130))
    for k in range(8):
        pen.box(-1, -1 + 0.25 * k, 1, -0.7 + 0.25 * k, mix(top, bottom, k / 7))
    pen.oval(0, 1.1, 1.6, 0.38, vary((70, 70, 84) if deep else (225, 200, 140), rng))
    if rng.random() >= 0.7:
        return pen, []
    for _ in range(rng.randint(3, 6)):
        _seaweed(pen, rng)
    return pen, ["seaweed"]


def _under_water(pen: Pen, beside: list[str], rng: random.Random) -> str:
    """Perhaps draw bubbles; return the words for being under water."""
    if rng.random() < 0.7:
        beside.append("bubbles")
        for _ in range(rng.randint(6, 14)):
            x, y, radius = rng.uniform(-1, 1), rng.uniform(-1, 0.7), rng.uniform(0.03, 0.08)
            pen.disc(x, y, radius, (190, 230, 245))
            pen.disc(x, y, 0.65 * radius, (95, 180, 225))
    return f"under water with {' and '.join(beside)}" if beside else "under water"


def _swimmers(pen: Pen, rng: random.Random) -> str:
    """Draw one to three things that live under water; return the words for them."""
    name, color_name = rng.choice(("fish", *SUBMERGED)), rng.choice(list(COLORS))
    count = rng.choice((1, 1, 2, 3))
    color = vary(COLORS[color_name], rng)
    for x, y in SWIMMERS[count]:
        radius = rng.uniform(0.45, 0.7) if count == 1 else rng.uniform(0.34, 0.4)
        frame = pen.at(x + rng.uniform(-0.1, 0.1), y + rng.uniform(-0.1, 0.1), radius)
        THINGS[name](frame.at(0, 0.9, 0.9), color)
    if count == 1:
        return article(f"{color_name} {name}")
    word = {number: word for word, number in NUMBERS.items()}[count]
    return f"{word} {color_name} {plural(name)}"


def _seaweed(pen: Pen, rng: random.Random) -> None:
    x, height, color = rng.uniform(-0.95, 0.95), rng.uniform(0.5, 1.2), rng.choice(SEAWEED)
    phase = rng.uniform(0, 6)
    points = [(x + 0.07 * math.sin(phase + 1.3 * k), 0.95 - height * k / 7) for k in range(8)]
    pen.line(points, 0.09, vary(color, rng))
