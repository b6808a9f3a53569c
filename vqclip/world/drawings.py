"""Captioned drawings and photographs of a folder: read, checked, decoded on demand."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from vqclip.errors import ConfigError, Mistakes
from vqclip.world.captions.titles import plain_name, titled

EMOJI = ("noto-emoji", "fluent-emoji-flat")
"""Sources whose drawings are clear enough to start a picture from."""
CAPTIONS = ("captions256.jsonl", "captions.jsonl")
ARCHIVES = ("images256.zip", "images128.zip", "images_lowres.zip")
"""In a folder; each may be missing. The first has the largest pictures."""
DECODED = 400
"""Drawings that are kept as pixels: of 256 x 256 pixels, 100 MB."""
KEYS = ("file", "source", "name", "keywords", "alpha")
"""What the record of a drawing must have."""


@dataclass(frozen=True)
class Drawing:
    """A drawing or a photograph.

    Attributes:
        file: its name in the archive.
        source: the collection it comes from.
        concept: what it shows; the same for one thing in several styles.
        name: what it shows, in plain words without an article.
        keywords: synonyms and related words, in lower case.
        style: how it is made, such as `flat emoji` or `photo`.
        group: its kind, such as `animal-bird`; the broad group if there is none narrower.
        cut_out: whether it has no background.
        content: of its file.
    """

    file: str
    source: str
    concept: str
    name: str
    keywords: tuple[str, ...]
    style: str
    group: str
    cut_out: bool
    content: bytes = field(repr=False)

    @property
    def image(self) -> Image.Image:
        """Its pixels: RGBA, square; opaque if it has a background of its own. Not to be changed."""
        return _decoded(self.content)

    @property
    def title(self) -> str:
        """Its name as a caption has it: "a cat"."""
        return titled(self.name)

    @property
    def figure(self) -> Image.Image:
        """Its pixels without the empty ones around them: RGBA."""
        return _cropped(self.content)


@lru_cache(maxsize=DECODED)
def _decoded(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGBA")


@lru_cache(maxsize=DECODED)
def _cropped(content: bytes) -> Image.Image:
    image = _decoded(content)
    return image.crop(image.getchannel("A").point(lambda value: 255 * (value > 24)).getbbox())


def read_drawings(folder: Path, sources: Collection[str] | None = None) -> list[Drawing]:
    """Read the drawings of a folder: `CAPTIONS`, and the `ARCHIVES` that they name.

    A cut-out of a small archive is left out if the largest has one of the same concept.

    Args:
        folder: of the collection.
        sources: the collections wanted; none: all.

    Raises:
        ConfigError: the folder has no captions, or lines that are not records of drawings.
    """
    records = [
        record for record in read_records(folder) if sources is None or record["source"] in sources
    ]
    drawings: list[Drawing] = []
    large: frozenset[str] = frozenset()
    for archive in ARCHIVES:
        if not (folder / archive).is_file():
            continue
        with zipfile.ZipFile(folder / archive) as file:
            inside = frozenset(file.namelist())
            for record in records:
                if record["file"] in inside and not (record["alpha"] and _concept(record) in large):
                    drawings.append(_drawing(record, file.read(str(record["file"]))))
        if archive == ARCHIVES[0]:
            large = frozenset(drawing.concept for drawing in drawings)
    return drawings


def read_records(folder: Path) -> list[dict[str, object]]:
    """Read what a folder says of its drawings, without the drawings.

    Raises:
        ConfigError: the folder has no captions, or lines that are not records of drawings.
    """
    paths = [folder / name for name in CAPTIONS if (folder / name).is_file()]
    mistakes, records = Mistakes(), []
    for path in paths or [folder / CAPTIONS[-1]]:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        for number, line in enumerate(lines, 1):
            with mistakes.noted(f"{path}, line {number}: "):
                records.append(_record(line))
    mistakes.check()
    return records


def _concept(record: dict[str, object]) -> str:
    return str(record.get("concept", record["file"]))


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
        _concept(record),
        plain_name(str(record["name"])),
        tuple(str(word).lower() for word in keywords) if isinstance(keywords, list) else (),
        str(record.get("style", "drawing")),
        str(record.get("subgroup") or record.get("group") or ""),
        bool(record["alpha"]),
        content,
    )


def whole(drawing: Drawing, size: int, rng: random.Random) -> Image.Image:
    """Return a picture that has a background of its own, slightly cropped at random."""
    side = drawing.image.width
    cropped = round(side * rng.uniform(0.85, 1))
    left, top = rng.randint(0, side - cropped), rng.randint(0, side - cropped)
    part = drawing.image.crop((left, top, left + cropped, top + cropped)).convert("RGB")
    return part.resize((size, size), Image.Resampling.BICUBIC)
