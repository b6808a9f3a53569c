"""Captioned pictures without end: shapes, things and landscapes, plain or in a style."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from PIL import Image

from vqclip.training.landscapes import NATURAL, landscape
from vqclip.training.objects import THINGS
from vqclip.training.pen import Pen
from vqclip.training.shapes import COLORS, SHAPES, draw_shape, vary
from vqclip.training.styles import STYLES

STYLED = 0.3
"""Share of the pictures that are drawn in a style."""


def article(words: str) -> str:
    """Put `a` or `an` before words."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


Names = tuple[str, str, str]
"""Of a background, a shape or thing, and its color."""


def every_shape() -> Iterator[Names]:
    """Every shape in every color on every other color."""
    return ((c, a, b) for a, b, c in product(SHAPES, COLORS, COLORS) if b != c)


def every_thing() -> Iterator[Names]:
    """Every thing in every color it may have on every other color."""
    for name, ground in product(THINGS, COLORS):
        yield from ((ground, name, one) for one in NATURAL.get(name, COLORS) if one != ground)


def one_shape(size: int, rng: random.Random, names: Names | None = None) -> tuple[Image.Image, str]:
    """Draw a shape on a plain background, any or that of `names`; return it with its caption."""
    ground_name, name, color_name = names or _names(rng, SHAPES)
    ground, color = vary(COLORS[ground_name], rng), vary(COLORS[color_name], rng)
    pen = Pen.blank(size, ground)
    frame = pen.at(rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15), rng.uniform(0.5, 0.8))
    draw_shape(frame, name, color, ground, turn=rng.uniform(-0.15, 0.15))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


def two_shapes(size: int, rng: random.Random) -> tuple[Image.Image, str]:
    """Draw two shapes beside or above each other."""
    ground_name = rng.choice(list(COLORS))
    ground, beside = vary(COLORS[ground_name], rng), rng.random() < 0.5
    pen, said = Pen.blank(size, ground), []
    for offset in (-0.47, 0.47):
        color_name = rng.choice([name for name in COLORS if name != ground_name])
        name = rng.choice(SHAPES)
        x, y = (offset, 0.0) if beside else (0.0, offset)
        frame = pen.at(x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.05), 0.4)
        draw_shape(frame, name, vary(COLORS[color_name], rng), ground)
        said.append(f"{article(color_name)} {name}")
    place = "next to" if beside else "above"
    return pen.finish(), f"{said[0]} {place} {said[1]} on {article(ground_name)} background"


def one_thing(size: int, rng: random.Random, names: Names | None = None) -> tuple[Image.Image, str]:
    """Draw a thing on a plain background, any or that of `names`; return it with its caption."""
    ground_name, name, color_name = names or rng.choice(list(every_thing()))
    pen = Pen.blank(size, vary(COLORS[ground_name], rng))
    radius = rng.uniform(0.55, 0.78)
    frame = pen.at(rng.uniform(-0.12, 0.12), radius + rng.uniform(-0.1, 0.1), radius)
    THINGS[name](frame, vary(COLORS[color_name], rng))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


def scene(size: int, rng: random.Random) -> tuple[Image.Image, str]:
    """Draw any picture of `size` pixels a side, perhaps in a style; return it with its caption."""
    draw = rng.choices((one_shape, two_shapes, one_thing, landscape), (0.5, 1, 1, 7.5))[0]
    image, caption = draw(size, rng)
    if rng.random() < STYLED:
        prefix = rng.choice(list(STYLES))
        return STYLES[prefix](image, rng), f"{prefix} {caption}"
    return image, caption


def _names(rng: random.Random, names: tuple[str, ...]) -> Names:
    ground = rng.choice(list(COLORS))
    return ground, rng.choice(names), rng.choice([name for name in COLORS if name != ground])
