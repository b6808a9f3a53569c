"""Captioned drawings and photographs, alone, on plain colors and in landscapes."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from vqclip.world.colors import COLORS, vary
from vqclip.world.scenery.landscapes import landscape

EMOJI = ("noto-emoji", "fluent-emoji-flat")
"""Sources whose drawings are clear enough to start a picture from."""
ARCHIVES = ("images128.zip", "images_lowres.zip")


@dataclass(frozen=True)
class Drawing:
    """A drawing or a photograph.

    Attributes:
        file: its name in the archive.
        source: the collection it is from.
        concept: what it shows, the same for the same thing in several styles.
        name: what it shows, in lower case.
        keywords: other words for it, and words that go with it, in lower case.
        style: how it is made, as in `flat emoji`, `photo`.
        image: RGBA, square; opaque if it has a background of its own.
        cut_out: whether it has none.
    """

    file: str
    source: str
    concept: str
    name: str
    keywords: tuple[str, ...]
    style: str
    image: Image.Image
    cut_out: bool


def read_drawings(folder: Path, sources: Collection[str] | None = None) -> list[Drawing]:
    """Read drawings from a folder with captions.jsonl and the `ARCHIVES` that it names.

    Args:
        folder: of the collection.
        sources: the collections that are wanted; none: all.
    """
    lines = (folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for archive in ARCHIVES:
        if not (folder / archive).is_file():
            continue
        with zipfile.ZipFile(folder / archive) as file:
            inside = frozenset(file.namelist())
            for line in lines:
                one = json.loads(line)
                if one["file"] in inside and (sources is None or one["source"] in sources):
                    found.append(_drawing(one, file.read(one["file"])))
    return found


def _drawing(record: dict[str, object], content: bytes) -> Drawing:
    keywords = record["keywords"]
    assert isinstance(keywords, list)
    return Drawing(
        str(record["file"]),
        str(record["source"]),
        str(record.get("concept", record["file"])),
        str(record["name"]).lower(),
        tuple(str(word).lower() for word in keywords),
        str(record.get("style", "drawing")),
        Image.open(BytesIO(content)).convert("RGBA"),
        bool(record["alpha"]),
    )


def compose(
    drawing: Drawing, size: int, rng: random.Random, *, plain: bool
) -> tuple[Image.Image, str]:
    """Put a cut-out drawing on a plain color, or in a landscape.

    Returns:
        The picture, and its place as the caption says it, to follow the name of the drawing.
    """
    if plain:
        color = rng.choice(list(COLORS))
        ground = Image.new("RGB", (size, size), vary(COLORS[color], rng))
        place = f"on a {color} background"
    else:
        ground, behind = landscape(size, rng, empty=True)
        place = f"in front of {behind}"
    side = round(size * rng.uniform(0.72, 0.95))
    figure = drawing.image.resize((side, side), Image.Resampling.LANCZOS)
    left = rng.randint(0, size - side)
    top = rng.randint(0, size - side) if plain else size - side
    ground.paste(figure, (left, top), figure)
    return ground, place


def whole(drawing: Drawing, size: int, rng: random.Random) -> Image.Image:
    """Return a picture with a background of its own, cropped a little at random."""
    side = drawing.image.width
    cropped = round(side * rng.uniform(0.85, 1))
    left, top = rng.randint(0, side - cropped), rng.randint(0, side - cropped)
    part = drawing.image.crop((left, top, left + cropped, top + cropped)).convert("RGB")
    return part.resize((size, size), Image.Resampling.LANCZOS)
