"""Captioned drawings on transparent ground, composed on plain colors and in landscapes."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from vqclip.training.landscapes import landscape
from vqclip.training.shapes import COLORS, vary

SOURCES = ("noto-emoji", "fluent-emoji-flat")


@dataclass(frozen=True)
class Drawing:
    """A drawing.

    Attributes:
        file: its name in the archive.
        name: what it shows, in lower case.
        keywords: other words for it, and words that go with it.
        image: RGBA.
    """

    file: str
    name: str
    keywords: str
    image: Image.Image


def read_drawings(folder: Path) -> list[Drawing]:
    """Read the drawings of `SOURCES` from a folder with captions.jsonl and images128.zip."""
    lines = (folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    wanted = [one for one in records if one["source"] in SOURCES and one["alpha"]]
    with zipfile.ZipFile(folder / "images128.zip") as archive:
        return [
            Drawing(
                one["file"],
                one["name"].lower(),
                " ".join(one["keywords"]).lower(),
                Image.open(BytesIO(archive.read(one["file"]))).convert("RGBA"),
            )
            for one in wanted
        ]


def compose(
    drawing: Drawing, size: int, rng: random.Random, *, plain: bool
) -> tuple[Image.Image, str]:
    """Put a drawing on a plain color, or in a landscape; return the picture with its caption.

    The caption ends with the drawing's keywords, so that it is found by them, too.
    """
    if plain:
        color = rng.choice(list(COLORS))
        ground = Image.new("RGB", (size, size), vary(COLORS[color], rng))
        caption = f"{drawing.name} on a {color} background"
    else:
        ground, place = landscape(size, rng, empty=True)
        caption = f"{drawing.name} in front of {place}"
    side = round(size * rng.uniform(0.72, 0.95))
    figure = drawing.image.resize((side, side), Image.Resampling.LANCZOS)
    left = rng.randint(0, size - side)
    top = rng.randint(0, size - side) if plain else size - side
    ground.paste(figure, (left, top), figure)
    return ground, f"{caption} ({drawing.keywords})" if drawing.keywords else caption
