"""Styles: filters that make a drawing look painted, printed or built."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

Pixels = NDArray[np.float32]


def watercolor(image: Image.Image, rng: random.Random) -> Image.Image:
    """Pale, with soft blotches and clouded pigment."""
    side = image.width
    soft = image.filter(ImageFilter.ModeFilter(max(3, side // 20 | 1)))
    pale = 255 - (255 - _pixels(soft.filter(ImageFilter.GaussianBlur(side / 100)))) * 0.68
    return _image(pale + 0.5 * _noise(rng, (side // 6, side // 6), side))


def oil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Flat strokes that run across."""
    side = image.width
    return _image(
        _pixels(image.filter(ImageFilter.MedianFilter(5)))
        + 0.7 * _noise(rng, (side // 2, side // 8), side)
    )


def pencil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Gray lines on pale paper."""
    gray = _pixels(image.convert("L"))[..., 0]
    edges = np.abs(np.diff(gray, axis=1, append=gray[:, -1:])) + np.abs(
        np.diff(gray, axis=0, append=gray[-1:])
    )
    grain = np.random.RandomState(rng.randrange(1 << 30)).randn(*gray.shape) * 4
    paper = 240 - 3.5 * edges - (255 - gray) * 0.22 + grain
    return _image(np.repeat(paper[..., None], 3, axis=2).astype(np.float32))


def pixel_art(image: Image.Image, rng: random.Random) -> Image.Image:
    """Large square pixels of few colors."""
    cells = rng.choice((16, 21, 32))
    small = image.resize((cells, cells), Image.Resampling.BOX)
    few = ImageOps.posterize(small, 4)
    return few.resize(image.size, Image.Resampling.NEAREST)


def black_and_white(image: Image.Image, rng: random.Random) -> Image.Image:
    """Gray, with more or less contrast."""
    gray = ImageOps.autocontrast(image.convert("L"), cutoff=rng.uniform(0, 2))
    return gray.convert("RGB")


def poster(image: Image.Image, rng: random.Random) -> Image.Image:
    """Few, strong colors."""
    return ImageOps.posterize(ImageOps.autocontrast(image, cutoff=rng.uniform(0, 3)), 2)


STYLES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "a watercolor painting of": watercolor,
    "an oil painting of": oil,
    "a pencil sketch of": pencil,
    "pixel art of": pixel_art,
    "a black and white photo of": black_and_white,
    "a poster of": poster,
}


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _noise(rng: random.Random, cells: tuple[int, int], side: int) -> Pixels:
    """Smooth noise (side, side, 1) about 0, from `cells` (down, across) random values."""
    drawn = np.random.RandomState(rng.randrange(1 << 30)).randn(*cells) * 24 + 128
    coarse = Image.fromarray(drawn.clip(0, 255).astype(np.uint8))
    wide = np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    return (wide - 128)[..., None]
