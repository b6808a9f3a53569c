"""Patterns that fill a picture: stripes, dots, checks, waves, zigzags, rainbows, gradients."""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.pen import SUPERSAMPLING, CaptionedImage
from vqclip.world.words import article

Plane = NDArray[np.float32]
RAINBOW = ("red", "orange", "yellow", "green", "blue", "purple")
STRIPES = ("horizontal stripes", "vertical stripes", "diagonal stripes")
PATTERNS = (*STRIPES, "dots", "checkerboard", "waves", "zigzags", "rainbow", "gradient")


def pattern(size: int, rng: random.Random, name: str | None = None) -> CaptionedImage:
    """Draw one of `PATTERNS`, a random one unless `name` is given; return it with its caption."""
    name = name or rng.choice(PATTERNS)
    first, second = rng.sample(list(COLORS), 2)
    side = size * SUPERSAMPLING
    line: Plane = np.linspace(0, 1, side, dtype=np.float32)
    x, y = line[None, :], line[:, None]  # (1, side), (side, 1)
    if name == "rainbow":
        band = (y + rng.uniform(-0.08, 0.08) + 0 * x).clip(0, 0.999) * len(RAINBOW)
        table = np.array([vary(COLORS[color], rng) for color in RAINBOW], dtype=np.uint8)
        return _smaller(table[band.astype(int)], size), "rainbow stripes"
    colors = vary(COLORS[first], rng), vary(COLORS[second], rng)
    if name == "gradient":
        down = rng.random() < 0.5
        share = y + 0 * x if down else x + 0 * y
        direction = "from top to bottom" if down else "from left to right"
        return _blend(share, colors, size), f"a gradient from {first} to {second} {direction}"
    share = _second_color(name, x, y, rng).astype(np.float32)
    return _blend(share, colors, size), _caption(name, first, second)


def _caption(name: str, first: str, second: str) -> str:
    if name == "dots":
        return f"{second} dots on {article(first)} background"
    if name == "checkerboard":
        return article(f"{first} and {second} checkerboard")
    direction, _, noun = name.rpartition(" ")
    return f"{direction} {first} and {second} {noun}".strip()


def _second_color(name: str, x: Plane, y: Plane, rng: random.Random) -> NDArray[np.bool_]:
    """Return where the second color is, (side, side)."""
    count, phase = rng.randint(3, 7), rng.random()
    if name == "dots":
        reach = rng.uniform(0.28, 0.4)
        u, v = (count * x + phase) % 1 - 0.5, (count * y + phase) % 1 - 0.5
        return np.asarray(u * u + v * v < reach * reach)
    if name == "checkerboard":
        return np.asarray((np.floor(count * x + phase) + np.floor(count * y + phase)) % 2 == 0)
    if name == "waves":
        bend = 0.06 * np.sin(2 * math.pi * (rng.uniform(1.5, 3) * x + phase))
    elif name == "zigzags":
        bend = 0.14 * np.abs((rng.uniform(2, 4) * x + phase) % 1 - 0.5)
        bend = 2 * bend
    else:
        bend = 0 * x
    across = {"vertical": x + 0 * y, "diagonal": (x + y) / 1.4142}.get(name.split()[0], y + bend)
    return np.asarray((count * across + phase) % 1 < 0.5)


def _blend(share: Plane, colors: tuple[Color, Color], size: int) -> Image.Image:
    first, second = (Image.new("RGB", share.shape, color) for color in colors)
    mask = Image.fromarray((share * 255).astype(np.uint8))
    return Image.composite(second, first, mask).resize((size, size), Image.Resampling.BOX)


def _smaller(pixels: NDArray[np.uint8], size: int) -> Image.Image:
    return Image.fromarray(pixels).resize((size, size), Image.Resampling.BOX)
