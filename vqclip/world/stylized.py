"""Pictures in a style, with captions that say so and name no color that it removes."""

from __future__ import annotations

import random
import re

from PIL import Image, ImageStat

from vqclip.world.colors import COLORS
from vqclip.world.pen import CaptionedImage
from vqclip.world.styles.media import COLORLESS, STYLES
from vqclip.world.words import with_articles

STYLED = 0.3
"""Share of the pictures that are drawn in a style."""
CONTRAST = 14
"""Standard deviation of the grays, of 255, that a picture needs to be recognized without color."""


def stylized(
    image: Image.Image, caption: str, rng: random.Random, *, colorless: bool = True
) -> CaptionedImage:
    """Return a picture and its canonical caption, `STYLED` of them in a style.

    Args:
        image: RGB, square.
        caption: without a style.
        rng: random source.
        colorless: whether the caption says more than colors, so that a style may remove them.
    """
    if rng.random() >= STYLED:
        return image, caption
    style = rng.choice([name for name in STYLES if colorless or name not in COLORLESS])
    if style not in COLORLESS:
        return STYLES[style](image, rng), f"{style} {caption}"
    if contrast(image) > CONTRAST:
        return STYLES[style](image, rng), f"{style} {without_colors(caption)}"
    return image, caption


def without_colors(caption: str) -> str:
    """Return a canonical caption without its colors and without its plain background."""
    colors = "|".join(COLORS)
    plain = re.sub(rf" on an? (?:{colors}) background$", "", caption)
    bare = re.sub(rf"\b(?:{colors}|blond) ", "", plain)
    # Hair and skin of which nothing else is said.
    bare = re.sub(r"\bwith (?:hair|skin) and\b", "with", bare)
    return with_articles(re.sub(r" (?:with|and) (?:hair|skin)\b", "", bare))


def contrast(image: Image.Image) -> float:
    """Return the standard deviation of a picture's grays, from 0 to 127.5."""
    (deviation,) = ImageStat.Stat(image.convert("L")).stddev
    return deviation
