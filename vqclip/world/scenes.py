"""Captioned pictures without end: shapes, things and landscapes, plain or in a style."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import product

from PIL import Image, ImageStat

from vqclip.world.colors import COLORS, vary
from vqclip.world.faces import one_face
from vqclip.world.groups import counted, placed, related
from vqclip.world.patterns import pattern
from vqclip.world.pen import Pen
from vqclip.world.scenery.depths import space, underwater
from vqclip.world.scenery.landscapes import landscape
from vqclip.world.shapes import SHAPES, draw_shape
from vqclip.world.styles.media import COLORLESS, STYLES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import article, with_articles

STYLED = 0.3
"""Share of the pictures that are drawn in a style."""


Names = tuple[str, str, str]
"""Of a background, a shape or thing, and its color."""


def every_shape() -> Iterator[Names]:
    """Every shape in every color on every other color."""
    return ((c, a, b) for a, b, c in product(SHAPES, COLORS, COLORS) if b != c)


def every_thing() -> Iterator[Names]:
    """Every thing in every color on every other color."""
    return ((c, a, b) for a, b, c in product(THINGS, COLORS, COLORS) if b != c)


def one_shape(size: int, rng: random.Random, names: Names | None = None) -> tuple[Image.Image, str]:
    """Draw a shape on a plain background, any or that of `names`; return it with its caption."""
    ground_name, name, color_name = names or _names(rng, SHAPES)
    ground, color = vary(COLORS[ground_name], rng), vary(COLORS[color_name], rng)
    pen = Pen.blank(size, ground)
    frame = pen.at(rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15), rng.uniform(0.5, 0.8))
    draw_shape(frame, name, color, ground, turn=rng.uniform(-0.15, 0.15))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


def one_thing(size: int, rng: random.Random, names: Names | None = None) -> tuple[Image.Image, str]:
    """Draw a thing on a plain background, any or that of `names`; return it with its caption."""
    ground_name, name, color_name = names or _names(rng, tuple(THINGS))
    pen = Pen.blank(size, vary(COLORS[ground_name], rng))
    radius = rng.uniform(0.55, 0.78)
    frame = pen.at(rng.uniform(-0.12, 0.12), radius + rng.uniform(-0.1, 0.1), radius)
    THINGS[name](frame, vary(COLORS[color_name], rng))
    return pen.finish(), f"{article(color_name)} {name} on {article(ground_name)} background"


CONTRAST = 14
"""Deviation of the grays, of 255, that a picture needs to be seen without its colors."""
Drawer = Callable[[int, random.Random], tuple[Image.Image, str]]
KINDS: dict[Drawer, float] = {
    one_shape: 0.6,
    one_thing: 1.8,
    counted: 0.9,
    placed: 0.7,
    related: 0.9,
    one_face: 0.4,
    pattern: 0.4,
    space: 0.4,
    underwater: 0.4,
    landscape: 4.0,
}
"""How pictures are drawn, and how often."""


def scene(size: int, rng: random.Random) -> tuple[Image.Image, str]:
    """Draw any picture of `size` pixels a side, perhaps in a style; return it with its caption.

    The caption names no color that the style takes away.
    """
    draw = rng.choices(list(KINDS), list(KINDS.values()))[0]
    image, caption = draw(size, rng)
    if rng.random() < STYLED:
        prefix = rng.choice([one for one in STYLES if draw is not pattern or one not in COLORLESS])
        if prefix not in COLORLESS:
            return STYLES[prefix](image, rng), f"{prefix} {caption}"
        if _contrast(image) > CONTRAST:
            return STYLES[prefix](image, rng), f"{prefix} {without_colors(caption)}"
    return image, caption


def without_colors(caption: str) -> str:
    """Leave out of a canonical caption the colors and the background that had nothing but one."""
    colors = "|".join(COLORS)
    plain = re.sub(rf" on an? (?:{colors}) background$", "", caption)
    return with_articles(re.sub(rf"\b(?:{colors}) ", "", plain))


def _contrast(image: Image.Image) -> float:
    (deviation,) = ImageStat.Stat(image.convert("L")).stddev
    return deviation


def _names(rng: random.Random, names: tuple[str, ...]) -> Names:
    ground = rng.choice(list(COLORS))
    return ground, rng.choice(names), rng.choice([name for name in COLORS if name != ground])
