"""Every style of the world, by the words with which captions begin."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from vqclip.world.styles import paints, prints

STYLES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "a watercolor painting of": paints.watercolor,
    "an oil painting of": paints.oil,
    "a pencil sketch of": prints.pencil,
    "pixel art of": paints.pixel_art,
    "a black and white photo of": paints.black_and_white,
    "a poster of": paints.poster,
    "a mosaic of": paints.mosaic,
    "a stained glass window of": paints.stained_glass,
    "pop art of": prints.pop_art,
    "an ink drawing of": prints.ink,
    "a woodcut of": prints.woodcut,
    "neon art of": prints.neon,
    "a blueprint of": prints.blueprint,
    "a charcoal drawing of": prints.charcoal,
    "a sepia photo of": paints.sepia,
    "a crayon drawing of": prints.crayon,
    "a swirling painting of": paints.swirling,
    "a pointillist painting of": paints.dotted,
    "a cubist painting of": paints.cubist,
}
"""By the words with which captions begin; each filters an RGB picture, which must be square."""
COLORLESS = (
    "a pencil sketch of",
    "a black and white photo of",
    "an ink drawing of",
    "a woodcut of",
    "a blueprint of",
    "a charcoal drawing of",
    "a sepia photo of",
)
"""Styles that take the colors away."""
