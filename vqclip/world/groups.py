"""Shapes and things on plain backgrounds: counted, placed, and in relation to each other."""

from __future__ import annotations

import random
from collections.abc import Iterator

from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.pen import CaptionedImage, Pen, Point
from vqclip.world.shapes import SHAPES, draw_shape
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, article, plural

PLACES: dict[str, Point] = {
    "in the top left corner": (-0.55, -0.55),
    "in the top right corner": (0.55, -0.55),
    "in the bottom left corner": (-0.55, 0.55),
    "in the bottom right corner": (0.55, 0.55),
    "on the left": (-0.55, 0.0),
    "on the right": (0.55, 0.0),
    "at the top": (0.0, -0.55),
    "at the bottom": (0.0, 0.55),
    "in the center": (0.0, 0.0),
}
"""Positions in a picture, as (x, y) of the pen's frame."""
RELATIONS = ("next to", "above", "below", "left of", "right of", "inside")
HOLLOW = ("circle", "square", "hexagon", "pentagon", "heart", "oval", "rectangle", "diamond")
"""Shapes that others fit into."""
LAYOUTS: dict[int, tuple[tuple[Point, ...], ...]] = {
    2: (((-0.5, 0), (0.5, 0)), ((0, -0.5), (0, 0.5)), ((-0.45, -0.45), (0.45, 0.45))),
    3: (((-0.48, 0.45), (0.48, 0.45), (0, -0.45)), ((-0.64, 0), (0, 0), (0.64, 0))),
    4: (((-0.48, -0.48), (0.48, -0.48), (-0.48, 0.48), (0.48, 0.48)),),
    5: (
        ((-0.6, -0.6), (0.6, -0.6), (0, 0), (-0.6, 0.6), (0.6, 0.6)),
        ((-0.64, -0.36), (0, -0.36), (0.64, -0.36), (-0.34, 0.42), (0.34, 0.42)),
    ),
}
"""By the number of figures, the centers that they may have."""
RADII = {2: (0.38, 0.44), 3: (0.25, 0.28), 4: (0.34, 0.42), 5: (0.24, 0.28)}
"""By the number of figures, their least and greatest radius: wide things must not touch."""


def counted(
    size: int, rng: random.Random, word: str | None = None, kind: str | None = None
) -> CaptionedImage:
    """Draw two to five equal shapes or things on a plain background.

    Args:
        size: picture width and height in pixels.
        rng: source of everything that is not given.
        word: how many, a key of `NUMBERS`.
        kind: name of the shape or thing.
    """
    word = word or rng.choice(list(NUMBERS))
    count, kind = NUMBERS[word], kind or _kind(rng)
    ground_name, color_name = rng.sample(list(COLORS), 2)
    ground, color = vary(COLORS[ground_name], rng), vary(COLORS[color_name], rng)
    pen, radius = Pen.blank(size, ground), rng.uniform(*RADII[count])
    for x, y in rng.choice(LAYOUTS[count]):
        frame = pen.at(x + rng.uniform(-0.02, 0.02), y + rng.uniform(-0.02, 0.02), radius)
        figure(frame, kind, color, ground)
    return pen.finish(), f"{word} {color_name} {plural(kind)} on {article(ground_name)} background"


def placed(
    size: int, rng: random.Random, place: str | None = None, kind: str | None = None
) -> CaptionedImage:
    """Draw a shape or thing at one of `PLACES`, random unless given, on a plain background."""
    place = place or rng.choice(list(PLACES))
    kind = kind or _kind(rng)
    ground_name, color_name = rng.sample(list(COLORS), 2)
    ground, color = vary(COLORS[ground_name], rng), vary(COLORS[color_name], rng)
    pen, (x, y) = Pen.blank(size, ground), PLACES[place]
    frame = pen.at(
        x + rng.uniform(-0.06, 0.06), y + rng.uniform(-0.06, 0.06), rng.uniform(0.3, 0.42)
    )
    figure(frame, kind, color, ground)
    subject = f"{article(f'{color_name} {kind}')} {place}"
    return pen.finish(), f"{subject} on {article(ground_name)} background"


def related(size: int, rng: random.Random, relation: str | None = None) -> CaptionedImage:
    """Draw two shapes or things in one of `RELATIONS`, random unless given."""
    relation = relation or rng.choice(RELATIONS)
    ground_name, *names = rng.sample(list(COLORS), 3)
    ground = vary(COLORS[ground_name], rng)
    pen, inside = Pen.blank(size, ground), relation == "inside"
    kinds = [_kind(rng), rng.choice(HOLLOW) if inside else _kind(rng)]
    colors = [vary(COLORS[name], rng) for name in names]
    if inside:
        around = pen.at(rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1), 0.85)
        figure(around, kinds[1], colors[1], ground)
        low = 0.12 if kinds[1] == "pentagon" else 0.0
        figure(around.at(0, low, rng.uniform(0.36, 0.44)), kinds[0], colors[0], colors[1])
    else:
        x, y = _side(relation, rng)
        for kind, color, sign in zip(kinds, colors, (1, -1), strict=True):
            off_x, off_y = rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)
            frame = pen.at(0.5 * sign * x + off_x, 0.5 * sign * y + off_y, rng.uniform(0.36, 0.42))
            figure(frame, kind, color, ground)
    first, second = (article(f"{name} {kind}") for name, kind in zip(names, kinds, strict=True))
    return pen.finish(), f"{first} {relation} {second} on {article(ground_name)} background"


def _side(relation: str, rng: random.Random) -> Point:
    """Return on which side of the second figure the first one lies, as (x, y) of length 1."""
    beside = (-1 if rng.random() < 0.5 else 1, 0)
    sides = {"above": (0, -1), "below": (0, 1), "left of": (-1, 0), "right of": (1, 0)}
    return sides.get(relation, beside)


def every_group(size: int, rng: random.Random) -> Iterator[CaptionedImage]:
    """Draw every shape and thing at every place and in every number, once each."""
    for kind in (*SHAPES, *THINGS):
        yield from (placed(size, rng, place, kind) for place in PLACES)
        yield from (counted(size, rng, word, kind) for word in NUMBERS)


def figure(pen: Pen, kind: str, color: Color, ground: Color) -> None:
    """Draw a shape or thing within radius 1 of the pen's frame; `ground` is what is behind it."""
    if kind in THINGS:
        THINGS[kind](pen.at(0, 0.9, 0.9), color)
    else:
        draw_shape(pen, kind, color, ground)


def _kind(rng: random.Random) -> str:
    return rng.choice(SHAPES if rng.random() < 0.5 else tuple(THINGS))
