"""Styles: filters that make a drawing look painted, photographed, built or printed."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from vqclip.world.styles.filters import averaged, cells, gray_of, image_of, noise, pixels_of
from vqclip.world.styles.prints import (
    blueprint,
    charcoal,
    crayon,
    ink,
    neon,
    pencil,
    pop_art,
    woodcut,
)


def watercolor(image: Image.Image, rng: random.Random) -> Image.Image:
    """Pale, with soft blotches and clouded pigment."""
    side = image.width
    soft = image.filter(ImageFilter.MedianFilter(5))
    pale = 255 - (255 - pixels_of(soft.filter(ImageFilter.GaussianBlur(side / 110)))) * 0.62
    return image_of(pale + 0.35 * noise(rng, (side // 7, side // 7), side))


def oil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Thick strokes that run across."""
    side = image.width
    strokes = noise(rng, (side // 2, side // 10), side)
    return image_of(pixels_of(image.filter(ImageFilter.MedianFilter(5))) + 1.1 * strokes)


def pixel_art(image: Image.Image, rng: random.Random) -> Image.Image:
    """Large square pixels of few colors."""
    count = rng.choice((16, 21, 32))
    small = image.resize((count, count), Image.Resampling.BOX)
    few = ImageOps.posterize(small, 4)
    return few.resize(image.size, Image.Resampling.NEAREST)


def black_and_white(image: Image.Image, rng: random.Random) -> Image.Image:
    """Gray, with more or less contrast."""
    gray = ImageOps.autocontrast(image.convert("L"), cutoff=rng.uniform(0, 2))
    return gray.convert("RGB")


def sepia(image: Image.Image, rng: random.Random) -> Image.Image:
    """Brown like an old photograph, darker to the corners."""
    line = np.linspace(-1, 1, image.width, dtype=np.float32)
    away = line[None, :] ** 2 + line[:, None] ** 2  # (side, side)
    gray = (0.75 * gray_of(image) + 40) * (1 - rng.uniform(0.2, 0.32) * away)
    return image_of(gray[..., None] * np.array([1.08, 0.86, 0.6], dtype=np.float32))


def poster(image: Image.Image, rng: random.Random) -> Image.Image:
    """Few, strong colors."""
    return ImageOps.posterize(ImageOps.autocontrast(image, cutoff=rng.uniform(0, 3)), 2)


def mosaic(image: Image.Image, rng: random.Random) -> Image.Image:
    """Small square tiles of uneven color with light joints."""
    side = image.width
    count = rng.choice((18, 21, 25))
    tiles = pixels_of(image.resize((count, count), Image.Resampling.BOX))
    tiles = tiles + noise(rng, (count, count), count)
    place = (np.arange(side) * count / side).astype(int)
    joint = np.diff(place, prepend=-1) > 0
    wide = tiles[place][:, place]  # (side, side, 3)
    wide[joint[:, None] | joint[None, :]] = (205, 198, 185)
    return image_of(wide)


def stained_glass(image: Image.Image, rng: random.Random) -> Image.Image:
    """Uneven panes of strong color in lead."""
    side = image.width
    nearest, lead = cells(rng, side, rng.choice((8, 10, 12)))
    strong = ImageEnhance.Color(image).enhance(1.5)
    panes = averaged(pixels_of(strong), nearest) * 1.1
    panes = panes + 0.6 * noise(rng, (side // 8, side // 8), side)
    panes[lead] = (22, 20, 26)
    return image_of(panes)


STYLES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "a watercolor painting of": watercolor,
    "an oil painting of": oil,
    "a pencil sketch of": pencil,
    "pixel art of": pixel_art,
    "a black and white photo of": black_and_white,
    "a poster of": poster,
    "a mosaic of": mosaic,
    "a stained glass window of": stained_glass,
    "pop art of": pop_art,
    "an ink drawing of": ink,
    "a woodcut of": woodcut,
    "neon art of": neon,
    "a blueprint of": blueprint,
    "a charcoal drawing of": charcoal,
    "a sepia photo of": sepia,
    "a crayon drawing of": crayon,
}
"""By the words that captions begin with."""
COLORLESS = (
    "a pencil sketch of",
    "a black and white photo of",
    "an ink drawing of",
    "a woodcut of",
    "a blueprint of",
    "a charcoal drawing of",
    "a sepia photo of",
)
"""Styles in which things keep no color of their own."""
