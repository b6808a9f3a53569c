"""Captioned drawings and photographs of a folder: alone, on plain colors and in landscapes."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from vqclip.errors import ConfigError, Mistakes
from vqclip.world.colors import COLORS, vary
from vqclip.world.pen import CaptionedImage
from vqclip.world.scenery.landscapes import landscape

EMOJI = ("noto-emoji", "fluent-emoji-flat")
"""Sources whose drawings are clear enough to start a picture from."""
CAPTIONS = "captions.jsonl"
ARCHIVES = ("images128.zip", "images_lowres.zip")
KEYS = ("file", "source", "name", "keywords", "alpha")
"""What the record of a drawing must have."""


@dataclass(frozen=True)
class Drawing:
    """A drawing or a photograph.

    Attributes:
        file: its name in the archive.
        source: the collection it comes from.
        concept: what it shows; the same for one thing in several styles.
        name: what it shows, in lower case.
        keywords: synonyms and related words, in lower case.
        style: how it is made, such as `flat emoji` or `photo`.
        image: RGBA, square; opaque if it has a background of its own.
        cut_out: whether it has no background.
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
        sources: the collections wanted; none: all.

    Raises:
        ConfigError: the folder has no captions, or lines that are not records of drawings.
    """
    records = [
        record for record in read_records(folder) if sources is None or record["source"] in sources
    ]
    drawings = []
    for archive in ARCHIVES:
        if not (folder / archive).is_file():
            continue
        with zipfile.ZipFile(folder / archive) as file:
            inside = frozenset(file.namelist())
            for record in records:
                if record["file"] in inside:
                    drawings.append(_drawing(record, file.read(str(record["file"]))))
    return drawings


def read_records(folder: Path) -> list[dict[str, object]]:
    """Read what a folder says of its drawings, without the drawings.

    Raises:
        ConfigError: the folder has no captions, or lines that are not records of drawings.
    """
    path = folder / CAPTIONS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    mistakes, records = Mistakes(), []
    for number, line in enumerate(lines, 1):
        with mistakes.noted(f"{path}, line {number}: "):
            records.append(_record(line))
    mistakes.check()
    return records


def _record(line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"not JSON: {error}") from error
    if not isinstance(record, dict) or (missing := [key for key in KEYS if key not in record]):
        lacks = f"without {', '.join(missing)}" if isinstance(record, dict) else "not an object"
        raise ConfigError(f"{lacks}; a drawing has {', '.join(KEYS)}")
    if not isinstance(record["keywords"], list):
        raise ConfigError(f"keywords: {record['keywords']!r} is not a list")
    return record


def _drawing(record: dict[str, object], content: bytes) -> Drawing:
    keywords = record["keywords"]
    return Drawing(
        str(record["file"]),
        str(record["source"]),
        str(record.get("concept", record["file"])),
        str(record["name"]).lower(),
        tuple(str(word).lower() for word in keywords) if isinstance(keywords, list) else (),
        str(record.get("style", "drawing")),
        Image.open(BytesIO(content)).convert("RGBA"),
        bool(record["alpha"]),
    )


def compose(drawing: Drawing, size: int, rng: random.Random, *, plain: bool) -> CaptionedImage:
    """Put a cut-out drawing on a plain color, or in a landscape.

    Returns:
        The picture, and the words for the place, which follow the name of the drawing in a caption.
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
    """Return a picture that has a background of its own, slightly cropped at random."""
    side = drawing.image.width
    cropped = round(side * rng.uniform(0.85, 1))
    left, top = rng.randint(0, side - cropped), rng.randint(0, side - cropped)
    part = drawing.image.crop((left, top, left + cropped, top + cropped)).convert("RGB")
    return part.resize((size, size), Image.Resampling.LANCZOS)
