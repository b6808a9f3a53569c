"""Small pictures drawn for tests of what CLIP sees."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

COLORS = {"red": (214, 40, 40), "green": (42, 157, 60), "blue": (38, 84, 214)}


def disc(color: str, size: tuple[int, int] = (96, 96)) -> Image.Image:
    """A disc of a color on white."""
    image = Image.new("RGB", size, (248, 248, 248))
    width, height = size
    radius = min(size) * 0.36
    middle = (width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius)
    ImageDraw.Draw(image).ellipse(middle, fill=COLORS[color])
    return image


def write_discs(folder: Path) -> list[Path]:
    """Three discs, in a folder and a folder below it."""
    (folder / "below").mkdir(parents=True, exist_ok=True)
    paths = [folder / "red.png", folder / "green.jpg", folder / "below" / "blue.webp"]
    for path, color in zip(paths, COLORS, strict=True):
        disc(color).save(path)
    return paths


def write_flats(folder: Path, count: int, size: int = 16) -> list[Path]:
    """Pictures of one color each, all different."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04d}.png" for number in range(count)]
    for number, path in enumerate(paths):
        color = (number % 256, number // 256 * 40, 255 - number % 256)
        Image.new("RGB", (size, size), color).save(path)
    return paths
