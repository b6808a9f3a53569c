"""A folder of captioned drawings, for tests."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

from PIL import Image

MAGENTA = (255, 0, 255)
FOX = {
    "file": "noto/x.webp",
    "source": "noto-emoji",
    "concept": "emoji:1f98a",
    "name": "Fox",
    "keywords": ["Reynard"],
    "style": "noto emoji",
    "alpha": True,
}
ROSE = {**FOX, "file": "rose.webp", "source": "flower-photos", "name": "Rose", "alpha": False}
ABSENT = {**FOX, "file": "elsewhere.webp"}


def write_drawings(folder: Path, *records: dict[str, object]) -> None:
    """Write records of drawings, and an archive in which each but `ABSENT` is a magenta square."""
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    image.paste((*MAGENTA, 255), (32, 32, 96, 96))
    buffer = BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / "captions.jsonl").write_text(lines, encoding="utf-8")
    with zipfile.ZipFile(folder / "images128.zip", "w") as archive:
        for record in records:
            if record != ABSENT:
                archive.writestr(str(record["file"]), buffer.getvalue())
