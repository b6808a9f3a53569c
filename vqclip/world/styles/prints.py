"""Styles of lines and dots: drawn, cut in wood, printed as halftone, glowing."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from vqclip.world.styles.filters import Pixels, edges, grain, gray_of, image_of, noise, pixels_of


def pencil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw in pencil: gray lines on pale paper."""
    gray = gray_of(image)
    across = np.abs(np.diff(gray, axis=1, append=gray[:, -1:]))
    lines = across + np.abs(np.diff(gray, axis=0, append=gray[-1:]))
    return image_of(240 - 3.5 * lines - (255 - gray) * 0.22 + grain(rng, image.width, 4))


def ink(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw in ink: black outlines on white paper, dark parts filled or hatched."""
    side, gray = image.width, gray_of(image)
    y, x = np.indices((side, side))
    hatch = (x + y + rng.randrange(4)) % 5 < 2
    black = (edges(image, 2) > 26) | (gray < 45) | ((gray < 105) & hatch)
    return image_of(np.where(black, 12, 250).astype(np.float32))


def woodcut(image: Image.Image, rng: random.Random) -> Image.Image:
    """Print from wood: dark brown lines on cream that swell where the picture is dark."""
    side = image.width
    gray = gray_of(ImageOps.autocontrast(image.convert("RGB"), cutoff=1))
    y, x = np.indices((side, side), dtype=np.float32)
    bend = 2 * np.sin(x / side * rng.uniform(6, 12) + rng.uniform(0, 6))
    period = side / 24
    wave = np.abs((y + bend) / period % 1 - 0.5) * 2  # 0 to 1 across every line
    dark = (wave > 0.2 + 0.95 * gray / 255) | (edges(image, 2) > 40)
    paper = np.array([238, 218, 180], dtype=np.float32)
    return image_of(np.where(dark[..., None], np.array([48, 26, 18], dtype=np.float32), paper))


def pop_art(image: Image.Image, rng: random.Random) -> Image.Image:
    """Print as pop art: shifted loud hues, halftone dots and black outlines."""
    side = image.width
    hue, saturation, value = image.convert("HSV").split()
    turn = rng.choice((0, 0, 24, 232))
    turned = Image.merge("HSV", (hue.point(lambda v: (v + turn) % 256), saturation, value))
    loud = ImageEnhance.Color(turned.convert("RGB")).enhance(2.2)
    pixels = pixels_of(ImageOps.posterize(ImageOps.autocontrast(loud, cutoff=1), 2)) * 1.25 + 12
    y, x = np.indices((side, side), dtype=np.float32)
    step = side / 21
    u, v = (x + y) / step % 1 - 0.5, (x - y) / step % 1 - 0.5
    dots = u * u + v * v < 0.1
    pixels[dots] = 0.35 * pixels[dots] + np.array([165, 165, 120], dtype=np.float32)
    pixels[edges(image, 2) > 40] = 10
    return image_of(pixels)


def neon(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw the outlines as glowing tubes in the dark."""
    side = image.width
    bright = pixels_of(ImageEnhance.Color(image).enhance(2.0)) + 40
    bright = bright / np.maximum(bright.max(axis=2, keepdims=True), 1)
    lines = (edges(image, 2) / 40).clip(0, 1)
    tubes = image_of(255 * bright * lines[..., None])
    glow = pixels_of(tubes.filter(ImageFilter.GaussianBlur(side / 26)))
    night = np.array([14, 8, 30], dtype=np.float32) * rng.uniform(0.7, 1.1)
    return image_of(night + pixels_of(tubes) + 1.3 * glow)


def blueprint(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw a blueprint: white lines and a fine grid on blue."""
    side = image.width
    lines = (edges(image, 1) / 30).clip(0, 1)
    step = max(4, side // rng.choice((10, 12, 16)))
    place = np.arange(side) % step == 0
    grid = 0.2 * (place[:, None] | place[None, :])
    share = np.maximum(lines, grid)[..., None]
    shade = 0.86 + 0.14 * gray_of(image)[..., None] / 255
    blue = np.array([22, 66, 150], dtype=np.float32) * shade
    return image_of((blue * (1 - share) + np.float32(240) * share).astype(np.float32))


def charcoal(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw in charcoal: smudged black on rough paper."""
    side = image.width
    soft = image.filter(ImageFilter.GaussianBlur(side / 50))
    tone = (gray_of(ImageOps.autocontrast(soft.convert("L"), cutoff=2).convert("RGB")) - 110) * 1.1
    lines = Image.fromarray(edges(image, 2).clip(0, 255).astype(np.uint8))
    dark = np.asarray(lines.filter(ImageFilter.GaussianBlur(1)), dtype=np.float32)
    rough = noise(rng, (side // 3, side // 3), side)[..., 0] * 1.1 + grain(rng, side, 20)
    return image_of(120 + tone - 1.6 * dark + rough)


def crayon(image: Image.Image, rng: random.Random) -> Image.Image:
    """Draw in crayon: slanted strokes of wax with gaps of white paper."""
    side = image.width
    strokes = _slanted(noise(rng, (side // 8, side // 2), side)[..., 0])
    free = ((strokes + grain(rng, side, 12) + 2) / 22).clip(0, 0.85)[..., None]
    strong = pixels_of(ImageEnhance.Color(image).enhance(1.25))
    return image_of(strong * (1 - free) + np.float32(250) * free)


def _slanted(plane: Pixels) -> Pixels:
    """Shift each row of a plane (side, side) by its index: vertical strokes turn by 45 degrees."""
    side = len(plane)
    rows = np.arange(side)[:, None]
    turned: Pixels = plane[rows, (np.arange(side)[None, :] + rows) % side]
    return turned
