"""Styles of color and surface: painted, photographed, printed, built of tiles or glass."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from vqclip.world.styles.filters import (
    averaged,
    cells,
    edges,
    gray_of,
    image_of,
    noise,
    numbers,
    pixels_of,
)


def watercolor(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in pale watercolor with soft blotches and clouded pigment."""
    side = image.width
    soft = image.filter(ImageFilter.MedianFilter(5))
    pale = 255 - (255 - pixels_of(soft.filter(ImageFilter.GaussianBlur(side / 190)))) * 0.62
    return image_of(pale + 0.35 * noise(rng, (side // 7, side // 7), side))


def oil(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in oil, in thick horizontal strokes."""
    side = image.width
    strokes = noise(rng, (side // 2, side // 10), side)
    return image_of(pixels_of(image.filter(ImageFilter.MedianFilter(5))) + 1.1 * strokes)


def pixel_art(image: Image.Image, rng: random.Random) -> Image.Image:
    """Reduce a picture to large square pixels of few colors."""
    count = rng.choice((24, 32, 40))
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
    count = rng.choice((24, 28, 34))
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
    nearest, lead = cells(rng, side, rng.choice((9, 11, 13)))
    strong = ImageEnhance.Color(image).enhance(1.5)
    panes = averaged(pixels_of(strong), nearest) * 1.1
    panes = panes + 0.6 * noise(rng, (side // 8, side // 8), side)
    panes[lead | (edges(image, 2) > 48)] = (22, 20, 26)  # lead also runs along the figures
    return image_of(panes)


def swirling(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in short thick strokes that follow a swirling flow, as van Gogh did."""
    side, count = image.width, 3000
    draws = numbers(rng)
    bend = noise(rng, (5, 5), side)[..., 0] / 24 * np.pi  # the direction of the flow, in radians
    soft = ImageEnhance.Color(image.filter(ImageFilter.BoxBlur(side / 100))).enhance(1.35)
    painting, colors = soft.copy(), pixels_of(soft)
    starts = draws.uniform(0, side - 1, (count, 2))
    shades = draws.uniform(-26, 26, (count, 1))
    points = [starts]
    for _ in range(3):
        y, x = points[-1].clip(0, side - 1).astype(int).T
        ahead = np.stack([np.sin(bend[y, x]), np.cos(bend[y, x])], axis=-1)
        points.append(points[-1] + ahead * side / 80)
    y, x = starts.astype(int).T
    inks = (colors[y, x] + shades).clip(0, 255).astype(int)
    paths = np.stack(points, axis=1)[..., ::-1]  # (count, 4, 2) as (x, y)
    pen, width = ImageDraw.Draw(painting), max(1, round(side / 110))
    for path, ink in zip(paths.reshape(count, -1).tolist(), inks.tolist(), strict=True):
        pen.line(path, fill=tuple(ink), width=width)
    return painting


def dotted(image: Image.Image, rng: random.Random) -> Image.Image:
    """Paint in dots of pure color side by side, as the pointillists did."""
    side = image.width
    step = side / rng.choice((44, 52, 60))
    rows = int(side / step) + 2
    draws = numbers(rng)
    centers = (
        np.indices((rows, rows)).reshape(2, -1).T + draws.uniform(0, 0.7, (rows**2, 2))
    ) * step
    colors = pixels_of(ImageEnhance.Color(image).enhance(1.3))
    y, x = centers.clip(0, side - 1).astype(int).T
    inks = (colors[y, x] + draws.uniform(-42, 42, (rows**2, 3))).clip(0, 255).astype(int)
    painting = Image.blend(image, Image.new("RGB", image.size, (240, 232, 214)), 0.55)
    pen, radius = ImageDraw.Draw(painting), 0.5 * step
    boxes = np.concatenate([centers[:, ::-1] - radius, centers[:, ::-1] + radius], axis=1)
    for box, ink in zip(boxes.tolist(), inks.tolist(), strict=True):
        pen.ellipse(box, fill=tuple(ink))
    return painting


def cubist(image: Image.Image, rng: random.Random) -> Image.Image:
    """Break a picture into facets, each seen from a little aside and shaded by itself."""
    side, count = image.width, rng.choice((6, 7, 8))
    nearest, border = cells(rng, side, count)
    draws = numbers(rng)
    shifts = draws.uniform(-0.05, 0.05, (count * count, 2)) * side
    turns = draws.uniform(0, 2 * np.pi, count * count)
    y, x = np.indices((side, side))
    down = (y + shifts[nearest, 0]).clip(0, side - 1).astype(int)
    right = (x + shifts[nearest, 1]).clip(0, side - 1).astype(int)
    slope = np.cos(turns)[nearest] * x + np.sin(turns)[nearest] * y
    shade = 0.78 + 0.34 * (slope / (side / count) % 2 / 2)
    earthy = ImageEnhance.Color(image).enhance(0.8)
    facets = pixels_of(earthy)[down, right] * shade[..., None].astype(np.float32)
    facets[border] *= 0.55
    return image_of(facets)
