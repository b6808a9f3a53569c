"""An endless supply of captioned pictures: shapes, things and landscapes, plain or in a style."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from vqclip.world.colors import COLORS, vary
from vqclip.world.faces import single_face
from vqclip.world.groups import counted, placed, related
from vqclip.world.patterns import pattern
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.people.drawers import PEOPLE
from vqclip.world.places.sights import sight
from vqclip.world.scenery.depths import space, underwater
from vqclip.world.scenery.landscapes import landscape
from vqclip.world.shapes import SHAPES, draw_shape
from vqclip.world.stylized import stylized
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import article

Names = tuple[str, str, str]
"""Color of a background, a shape or thing, and its color."""


def every_shape() -> Iterator[Names]:
    """Yield every shape in every color on every other color."""
    return _combinations(SHAPES)


def every_thing() -> Iterator[Names]:
    """Yield every thing in every color on every other color."""
    return _combinations(THINGS)


def _combinations(kinds: Iterable[str]) -> Iterator[Names]:
    triples = product(kinds, COLORS, COLORS)
    return ((ground, kind, color) for kind, color, ground in triples if color != ground)


def single_shape(size: int, rng: random.Random, names: Names | None = None) -> CaptionedImage:
    """Draw a shape on a plain background, random unless `names` are given."""
    ground_name, name, color_name = names or _names(rng, SHAPES)
    ground, color = vary(COLORS[ground_name], rng), vary(COLORS[color_name], rng)
    pen = Pen.blank(size, ground)
    frame = pen.at(rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15), rng.uniform(0.5, 0.8))
    draw_shape(frame, name, color, ground, turn=rng.uniform(-0.15, 0.15))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


def single_thing(size: int, rng: random.Random, names: Names | None = None) -> CaptionedImage:
    """Draw a thing on a plain background, random unless `names` are given."""
    ground_name, name, color_name = names or _names(rng, tuple(THINGS))
    pen = Pen.blank(size, vary(COLORS[ground_name], rng))
    radius = rng.uniform(0.55, 0.78)
    frame = pen.at(rng.uniform(-0.12, 0.12), radius + rng.uniform(-0.1, 0.1), radius)
    THINGS[name](frame, vary(COLORS[color_name], rng))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


Drawer = Callable[[int, random.Random], CaptionedImage]
"""Draws a picture of a size in pixels."""
DRAWERS: dict[Drawer, float] = {
    single_shape: 0.6,
    single_thing: 1.8,
    counted: 0.9,
    placed: 0.7,
    related: 0.9,
    single_face: 0.4,
    pattern: 0.4,
    space: 0.4,
    underwater: 0.4,
    landscape: 3.0,
    **PEOPLE,
    sight: 7.0,
}
"""All that a scene may be, and how often."""


def scene(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a random picture of `size` x `size` pixels, perhaps in a style.

    Returns:
        The picture and its canonical caption, which names no color that the style removes.
    """
    draw = rng.choices(list(DRAWERS), list(DRAWERS.values()))[0]
    image, caption = draw(size, rng)
    # The caption of a pattern is nothing but its colors.
    return stylized(image, caption, rng, colorless=draw is not pattern)


def _names(rng: random.Random, names: tuple[str, ...]) -> Names:
    ground = rng.choice(list(COLORS))
    return ground, rng.choice(names), rng.choice([name for name in COLORS if name != ground])
