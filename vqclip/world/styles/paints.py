"""Styles of color and surface: painted, photographed, printed, built of tiles or glass."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from vqclip.world.styles.filters import averaged, cells, gray_of, image_of, noise, pixels_of


def watercolor(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in pale watercolor with soft blotches and clouded pigment."""
    side = image.width
    soft = image.filter(ImageFilter.MedianFilter(5))
    pale = 255 - (255 - pixels_of(soft.filter(ImageFilter.GaussianBlur(side / 110)))) * 0.62
    return image_of(pale + 0.35 * noise(rng, (side // 7, side // 7), side))


def oil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in oil, in thick horizontal strokes."""
    side = image.width
    strokes = noise(rng, (side // 2, side // 10), side)
    return image_of(pixels_of(image.filter(ImageFilter.MedianFilter(5))) + 1.1 * strokes)


def pixel_art(image: Image.Image, rng: random.Random) -> Image.Image:
    """Reduce a picture to large square pixels of few colors."""
    count = rng.choice((16, 21, 32))
    small = image.resize((count, count), Image.Resampling.BOX)
    few = ImageOps.posterize(small, 4)
    return few.resize(image.size, Image.Resampling.NEAREST)


def black_and_white(image: Image.Image, rng: random.Random) -> Image.Image:
    """Turn a picture gray, with more or less contrast."""
    gray = ImageOps.autocontrast(image.convert("L"), cutoff=rng.uniform(0, 2))
    return gray.convert("RGB")


def sepia(image: Image.Image, rng: random.Random) -> Image.Image:
    """Turn a picture brown like an old photograph, darker towards the corners."""
    line = np.linspace(-1, 1, image.width, dtype=np.float32)
    away = line[None, :] ** 2 + line[:, None] ** 2  # (side, side)
    gray = (0.75 * gray_of(image) + 40) * (1 - rng.uniform(0.2, 0.32) * away)
    return image_of(gray[..., None] * np.array([1.08, 0.86, 0.6], dtype=np.float32))


def poster(image: Image.Image, rng: random.Random) -> Image.Image:
    """Reduce a picture to few, strong colors."""
    return ImageOps.posterize(ImageOps.autocontrast(image, cutoff=rng.uniform(0, 3)), 2)


def mosaic(image: Image.Image, rng: random.Random) -> Image.Image:
    """Lay a picture in small square tiles of uneven color with light joints."""
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
    """Build a picture of uneven panes of strongly colored glass set in lead."""
    side = image.width
    nearest, lead = cells(rng, side, rng.choice((8, 10, 12)))
    strong = ImageEnhance.Color(image).enhance(1.5)
    panes = averaged(pixels_of(strong), nearest) * 1.1
    panes = panes + 0.6 * noise(rng, (side // 8, side // 8), side)
    panes[lead] = (22, 20, 26)
    return image_of(panes)
