"""Small films for tests: frames of one gray each, in order, so that every frame is known again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from vqclip.film.filmreader import open_frames
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.filmwriter import FilmWriter

GRAYS = tuple(range(20, 240, 20))
TEXTS = FilmTexts('{"config": {"prompts": ["é\\n"]}}', "a fox — été", "vqclip 1")


def gray(level: int, size: tuple[int, int] = (32, 24)) -> Image.Image:
    return Image.new("RGB", size, (level, level, level))


def write_film(path: Path, levels: Sequence[int] = GRAYS, fps: float = 12) -> Path:
    with FilmWriter(path, fps=fps, texts=TEXTS) as writer:
        for level in levels:
            writer.add(gray(level))
    return path


def levels_of(path: Path) -> list[int]:
    """The gray of every frame, at its middle."""
    frames = [frame.image for frame in open_frames(path)]
    return [image.convert("L").getpixel((16, 12)) for image in frames]  # type: ignore[misc]
