"""Building blocks of styles: pixels as arrays, noise, edges, cells."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.float32]
"""RGB from 0 to 255, (height, width, 3), or a single channel, (height, width)."""


def pixels_of(image: Image.Image) -> Pixels:
    """Return the pixels of a picture (side, side, 3)."""
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def gray_of(image: Image.Image) -> Pixels:
    """Return the lightness of a picture, 0 to 255, (side, side)."""
    return np.asarray(image.convert("L"), dtype=np.float32)


def image_of(pixels: Pixels) -> Image.Image:
    """Return color (side, side, 3) or gray (side, side) pixels as an RGB picture."""
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).convert("RGB")


def numbers(rng: random.Random) -> np.random.RandomState:
    """Return a source of random arrays seeded by another source."""
    return np.random.RandomState(rng.randrange(1 << 30))


def noise(rng: random.Random, cells: tuple[int, int], side: int) -> Pixels:
    """Return smooth noise (side, side, 1) around 0, of `cells` (down, across) random values."""
    drawn = numbers(rng).randn(*cells) * 24 + 128
    coarse = Image.fromarray(drawn.clip(0, 255).astype(np.uint8))
    wide = np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    return (wide - 128)[..., None]


def grain(rng: random.Random, side: int, amount: float) -> Pixels:
    """Return independent normal noise (side, side) with standard deviation `amount`."""
    return (numbers(rng).randn(side, side) * amount).astype(np.float32)


def edges(image: Image.Image, width: int = 1) -> Pixels:
    """Return how much neighboring pixels differ, 0 to 255, (side, side), in lines `width` wide."""
    pixels = pixels_of(image.filter(ImageFilter.GaussianBlur(0.6)))
    across = np.abs(np.diff(pixels, axis=1, append=pixels[:, -1:])).max(axis=2)
    down = np.abs(np.diff(pixels, axis=0, append=pixels[-1:])).max(axis=2)
    lines: Pixels = np.maximum(across, down)
    if width > 1:
        thin = Image.fromarray(lines.clip(0, 255).astype(np.uint8))
        lines = np.asarray(thin.filter(ImageFilter.MaxFilter(2 * width - 1)), dtype=np.float32)
    return lines


def cells(rng: random.Random, side: int, count: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Cut a square into `count` x `count` cells around random centers.

    Returns:
        The cell of every pixel, and whether it lies on the border of its cell; both (side, side).
    """
    step = side / count
    centers = (np.indices((count, count)).reshape(2, -1).T + 0.5) * step  # (count², 2)
    centers = centers + numbers(rng).uniform(-0.4, 0.4, centers.shape) * step
    y, x = np.indices((side, side), dtype=np.float32)
    distances = np.full((2, side, side), np.inf, dtype=np.float32)  # to the nearest two centers
    nearest = np.zeros((side, side), dtype=np.intp)
    for index, (center_y, center_x) in enumerate(centers):
        rows, columns = (
            slice(max(0, int(middle - 2 * step)), int(middle + 2 * step) + 1)
            for middle in (center_y, center_x)
        )
        away = np.hypot(y[rows, columns] - center_y, x[rows, columns] - center_x)
        first, second = distances[0, rows, columns], distances[1, rows, columns]
        nearest[rows, columns] = np.where(away < first, index, nearest[rows, columns])
        distances[1, rows, columns] = np.minimum(second, np.maximum(first, away))
        distances[0, rows, columns] = np.minimum(first, away)
    return nearest, distances[1] - distances[0] < 0.1 * step


def averaged(pixels: Pixels, nearest: NDArray[np.intp]) -> Pixels:
    """Return pixels (side, side, 3) with every cell filled with its mean color."""
    flat = nearest.ravel()
    counts = np.maximum(np.bincount(flat), 1)
    means = [np.bincount(flat, pixels[..., k].ravel()) / counts for k in range(3)]
    return np.stack([mean[nearest] for mean in means], axis=-1).astype(np.float32)
