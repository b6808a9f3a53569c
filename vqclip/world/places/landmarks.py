"""Landmarks, bridges, volcanoes, the moon, and small scenes around a house or a tree."""

from __future__ import annotations

import math
import random

from vqclip.world.colors import COLORS, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, arc
from vqclip.world.places.panoramas import water
from vqclip.world.places.place import OPEN, vista
from vqclip.world.places.seasons import cottage, meadow, season_tree
from vqclip.world.scenery.grounds import backdrop
from vqclip.world.scenery.skies import above, falling
from vqclip.world.things.materials import DARK, LAMPLIGHT, WOOD, YELLOW
from vqclip.world.things.objects import snowman
from vqclip.world.things.plants import pine
from vqclip.world.things.vehicles import rocket, train
from vqclip.world.words import article


def eiffel_tower(size: int, rng: random.Random) -> CaptionedImage:
    """Draw the Eiffel tower over a park."""
    view = vista(size, rng, 0.4, OPEN)
    pen, iron = view.pen, vary((128, 92, 66), rng)
    pen.box(-1, 0.55, 1, 1.02, (100, 168, 76))
    for x in (-0.85, -0.68, 0.7, 0.88):
        pen.disc(x, 0.5, 0.16, (60, 130, 60))
    frame = pen.at(rng.uniform(-0.12, 0.12), 0.72, 0.74)
    for side in (-1, 1):
        outer = [(0.05, -1.95), (0.1, -1.3), (0.2, -0.8), (0.4, -0.35), (0.68, 0)]
        inner = [(0.42, 0), (0.22, -0.35), (0.08, -0.75), (0.0, -1.2), (0.0, -1.95)]
        frame.polygon([(side * x, y) for x, y in (*outer, *inner)], iron)
        for low, high in ((-0.05, -0.3), (-0.3, -0.05)):
            frame.line([(side * 0.5, low), (side * 0.34, high)], 0.025, mix(iron, DARK, 0.4))
    for y, half in ((-0.42, 0.4), (-0.86, 0.23), (-1.5, 0.11)):
        frame.box(-half, y, half, y + 0.08, mix(iron, DARK, 0.25))
    frame.line(arc(0, 0.02, 0.42, 0.34, 180, 360), 0.06, mix(iron, DARK, 0.2))
    frame.line([(0, -1.9), (0, -2.2)], 0.03, iron)
    return pen.finish(), f"the eiffel tower{view.when}"


def bridge_over_a_river(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a bridge of arches over a river, perhaps with a train or in fog."""
    view = vista(size, rng, 0.2, OPEN)
    pen, trained = view.pen, rng.random() < 0.5
    backdrop(pen, "hills", 0.4, rng)
    water(pen, 0.42, rng, (58, 132, 186))
    stone = vary(rng.choice(((168, 150, 132), (150, 96, 76), (140, 144, 152))), rng)
    pen.box(-1, 0.08, 1, 0.24, stone)
    for x in (-0.99, -0.33, 0.33, 0.99):
        pen.box(x - 0.09, 0.1, x + 0.09, 0.66, stone)
        for side in (-1, 1):
            pen.polygon([(x + 0.08 * side, 0.22), (x + 0.3 * side, 0.22), (x + 0.14 * side, 0.3),
                         (x + 0.08 * side, 0.46)], stone)  # fmt: skip
    pen.box(-1, 0.05, 1, 0.1, mix(stone, DARK, 0.3))
    if trained:
        name = rng.choice(list(COLORS))
        color = vary(COLORS[name], rng)
        train(pen.at(0.2, 0.06, 0.3), color)
        what = f"{article(f'{name} train')} crossing a bridge"
    else:
        what = "a bridge over a river"
        if rng.random() < 0.3:
            falling(pen, "fog", 0.2, rng)
            return pen.finish(), f"{what} in fog"
    return pen.finish(), f"{what}{view.when}"


def volcano(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a volcano with lava, often at night."""
    view = vista(size, rng, 0.4, ("night", "night", "sunset", "day"))
    pen = view.pen
    pen.box(-1, 0.6, 1, 1.02, (70, 84, 60))
    bright = pen.lit((1, 1, 1))
    for k in range(5):
        pen.disc(rng.uniform(-0.15, 0.15), -0.55 - 0.09 * k, 0.14 + 0.03 * k, (120, 114, 120))
    for k in range(9):
        angle = -math.pi * (k + 1) / 10
        reach = rng.uniform(0.25, 0.5)
        bright.line([(0.05 * math.cos(angle), -0.32), (reach * math.cos(angle),
                     -0.32 + reach * math.sin(angle))], 0.035, (255, 150, 50))  # fmt: skip
    pen.polygon([(-0.85, 0.7), (-0.2, -0.32), (0.2, -0.32), (0.85, 0.7)], (92, 72, 72))
    bright.polygon([(-0.2, -0.32), (0.2, -0.32), (0.26, 0.1), (0.13, -0.02), (0.08, 0.5),
                    (-0.02, 0.1), (-0.12, 0.34), (-0.16, -0.02), (-0.27, 0.12)],
                   (252, 96, 24))  # fmt: skip
    bright.oval(0, -0.32, 0.2, 0.05, (255, 205, 80))
    return pen.finish(), f"a volcano{view.when}"


def on_the_moon(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a rocket that stands on the moon or lands on it."""
    pen = Pen.blank(size, (10, 11, 30))
    for _ in range(40):
        pen.disc(rng.uniform(-1, 1), rng.uniform(-1, 0.4), rng.uniform(0.006, 0.018),
                 (245, 245, 230))  # fmt: skip
    if rng.random() < 0.6:
        x = rng.choice((-0.65, 0.65))
        pen.disc(x, -0.6, 0.22, (60, 130, 210))
        pen.oval(x - 0.05, -0.65, 0.11, 0.08, (80, 170, 90))
    pen.oval(0, 1.2, 1.7, 0.75, (196, 196, 202))
    for x, y, wide in ((-0.6, 0.72, 0.16), (0.55, 0.85, 0.2), (0.1, 0.92, 0.12), (0.7, 0.64, 0.1)):
        pen.oval(x, y, wide, 0.35 * wide, (160, 160, 170))
    name = rng.choice([name for name in COLORS if name != "black"])
    landing = rng.random() < 0.6
    rocket(pen.at(rng.uniform(-0.15, 0.15), 0.38 if landing else 0.62, 0.58),
           vary(COLORS[name], rng))  # fmt: skip
    what = article(f"{name} rocket")
    return pen.finish(), f"{what} {'landing ' * landing}on the moon"


def spiral_galaxy(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a spiral galaxy of two arms."""
    pen = Pen.blank(size, (9, 9, 26))
    for _ in range(50):
        pen.disc(rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0.005, 0.014),
                 (235, 235, 225))  # fmt: skip
    tint = vary(rng.choice(((120, 140, 255), (200, 120, 240), (120, 220, 250))), rng)
    phase = rng.uniform(0, 6)
    for k in range(260):
        share = k / 260
        angle = phase + 5.5 * share + math.pi * (k % 2)
        spread = 0.02 + 0.07 * share
        x = 0.86 * share * math.cos(angle) + rng.gauss(0, spread)
        y = 0.62 * share * math.sin(angle) + rng.gauss(0, spread)
        pen.disc(x, y, rng.uniform(0.012, 0.05) * (1.2 - 0.6 * share),
                 mix(tint, (255, 250, 235), rng.uniform(0, 0.8) * (1 - 0.6 * share)))  # fmt: skip
    pen.oval(0, 0, 0.2, 0.15, (255, 240, 205))
    return pen.finish(), rng.choice(("a spiral galaxy", "a spiral galaxy in space"))


def rainbow_over_hills(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a rainbow over green hills."""
    view = vista(size, rng, 0.2, ("day", "day", "clouded"))
    above(view.pen, "a rainbow", 0.35, rng)
    for middle, top, color in ((-0.6, 0.35, (96, 178, 76)), (0.6, 0.4, (80, 160, 66)),
                               (0, 0.68, (112, 192, 84))):  # fmt: skip
        view.pen.oval(middle, top + 0.6, 1.1, 0.6, vary(color, rng))
    return view.pen.finish(), f"a rainbow over green hills{view.when}"


def around_a_house(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a snowman in front of a house, a house by the sea, a tree house or a christmas tree."""
    kind = rng.choice(("snowman", "sea", "tree", "christmas"))
    name = rng.choice([name for name in COLORS if name not in ("black", "brown")])
    color = vary(COLORS[name], rng)
    if kind == "sea":
        view = vista(size, rng, 0.2, OPEN)
        water(view.pen, 0.2, rng)
        view.pen.polygon([(-1, 0.5), (0.2, 0.6), (1, 0.82), (1, 1.02), (-1, 1.02)],
                         (236, 212, 150))  # fmt: skip
        cottage(view.pen.at(-0.3, 0.64, 0.5), color)
        return view.pen.finish(), f"{article(f'{name} house')} by the sea{view.when}"
    view = meadow(size, rng, "in summer" if kind == "tree" else "in winter", horizon=0.2)
    pen = view.pen
    if kind == "snowman":
        cottage(pen.at(0.3, 0.42, 0.56), color, "in winter")
        snowman(pen.at(-0.42, 0.86, 0.52), COLORS[rng.choice(("red", "blue", "green"))])
        return pen.finish(), f"a snowman in front of {article(f'{name} house')}{view.when}"
    if kind == "tree":
        season_tree(pen.at(0, 0.86, 0.86), "in summer", rng)
        pen.box(-0.4, 0.14, 0.4, 0.2, WOOD)
        cottage(pen.at(0, 0.15, 0.32), vary((196, 140, 84), rng))
        for x in (0.2, 0.36):
            pen.line([(x, 0.2), (x, 0.86)], 0.025, (150, 100, 60))
        for k in range(6):
            pen.line([(0.2, 0.28 + 0.1 * k), (0.36, 0.28 + 0.1 * k)], 0.025, (150, 100, 60))
        return pen.finish(), f"a tree house{view.when}"
    frame = pen.at(0, 0.82, 0.78)
    pine(frame, (34, 112, 62))
    for k in range(16):
        y = -0.5 - 0.09 * k
        reach = 0.62 * (1.95 + y) / 1.45
        x = reach * math.sin(2.3 * k)
        frame.lit((1, 1, 1)).disc(x, y, 0.075, COLORS[rng.choice(("red", "yellow", "blue"))])
    frame.lit((1, 1, 1)).polygon([(0.2 * x, -2.0 + 0.2 * y) for x, y in
                                  _star()], YELLOW)  # fmt: skip
    for x, shade in ((-0.5, "red"), (0.45, "blue")):
        frame.box(x - 0.2, -0.3, x + 0.2, 0.02, COLORS[shade])
        frame.box(x - 0.04, -0.3, x + 0.04, 0.02, LAMPLIGHT)
    return pen.finish(), f"a christmas tree{view.when}"


def _star() -> list[tuple[float, float]]:
    """Return the corners of a star of five points and radius 1."""
    turns = (math.pi * (k / 5 - 0.5) for k in range(10))
    radii = (1.0, 0.45) * 5
    return [(r * math.cos(t), r * math.sin(t)) for r, t in zip(radii, turns, strict=True)]
