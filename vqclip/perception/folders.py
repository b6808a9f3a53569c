"""Files of pictures: found in folders, told from other files, named safely."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import did_you_mean

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".ico", ".jp2", ".qoi"),
)
"""Files of a folder that are taken for pictures; a file given by its name may have any."""

OTHER = "not a picture"
"""Why a file of a folder is skipped that does not even look like one."""


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{shown(self.path)}: {self.reason}"


@dataclass(frozen=True)
class Found:
    """What lies at some places.

    Attributes:
        paths: of the pictures, or of what looks like one; each once, in the order of the places,
            and sorted within a folder.
        skipped: other files, and folders that cannot be entered.
    """

    paths: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def missing(places: Sequence[Path]) -> list[str]:
    """Return one sentence for every place that does not exist."""
    messages = []
    for place in places:
        if not place.exists():
            beside = [one.name for one in place.parent.glob("*")] if place.parent.is_dir() else []
            hint = did_you_mean(place.name, beside)
            messages.append(f"there is no picture or folder {shown(place)}{hint}")
    return messages


def find(places: Sequence[Path]) -> Found:
    """Find the pictures at places: files as they are, folders with all that is below them.

    Hidden files and folders (whose name begins with a dot) are passed over without a word, and
    links to folders are not followed.
    """
    paths: dict[Path, None] = {}
    skipped: dict[Path, Skipped] = {}
    for place in places:
        for item in _walk(place) if place.is_dir() else [place]:
            if isinstance(item, Skipped):
                skipped[item.path] = item
            elif place.is_dir() and item.suffix.lower() not in SUFFIXES:
                skipped[item] = Skipped(item, OTHER)
            else:
                paths[item] = None
    return Found(tuple(paths), tuple(one for one in skipped.values() if one.path not in paths))


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    closed: list[Skipped] = []

    def note(error: OSError) -> None:
        closed.append(Skipped(Path(error.filename), error.strerror or str(error)))

    for top, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top, name) for name in sorted(files) if not name.startswith("."))
    yield from closed


def shown(path: Path) -> str:
    """Return a path as text that can be printed on one line, whatever bytes are in it."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
