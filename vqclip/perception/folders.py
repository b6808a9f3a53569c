"""Files of pictures: found in folders, distinguished from other files, and printed safely."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import Mistakes, did_you_mean

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".ico", ".jp2", ".qoi"),
)
"""Files in a folder that are taken for pictures; a file given by its name may have any suffix."""

OTHER = "not a picture"
"""Why a file in a folder is skipped whose suffix is not one of a picture."""


@dataclass(frozen=True)
class SkippedFile:
    """A file or folder that was left out, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True)
class PictureFiles:
    """The files at some places.

    Attributes:
        paths: of pictures, or what looks like one; each once, in the order of the places, and
            sorted within a folder.
        skipped: other files, and folders that cannot be entered.
    """

    paths: tuple[Path, ...]
    skipped: tuple[SkippedFile, ...]


def check_places(places: Sequence[Path]) -> None:
    """Check that files and folders exist.

    Raises:
        ConfigError: one does not; one sentence for each.
    """
    mistakes = Mistakes()
    for place in places:
        if not place.exists():
            folder = place.parent
            beside = [path.name for path in folder.glob("*")] if folder.is_dir() else []
            hint = did_you_mean(place.name, beside)
            mistakes.add(f"there is no picture or folder {printable(place)}{hint}")
    mistakes.check()


def find_pictures(places: Sequence[Path]) -> PictureFiles:
    """Find the pictures at places: files as they are, folders with everything below them.

    Hidden files and folders (whose names begin with a dot) are passed over silently, and links to
    folders are not followed.
    """
    paths: dict[Path, None] = {}
    skipped: dict[Path, SkippedFile] = {}
    for place in places:
        for item in _walk(place) if place.is_dir() else [place]:
            if isinstance(item, SkippedFile):
                skipped[item.path] = item
            elif place.is_dir() and item.suffix.lower() not in SUFFIXES:
                skipped[item] = SkippedFile(item, OTHER)
            else:
                paths[item] = None
    return PictureFiles(
        tuple(paths), tuple(file for path, file in skipped.items() if path not in paths)
    )


def _walk(folder: Path) -> Iterator[Path | SkippedFile]:
    closed: list[SkippedFile] = []

    def note(error: OSError) -> None:
        closed.append(SkippedFile(Path(error.filename), error.strerror or str(error)))

    for top, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top, name) for name in sorted(files) if not name.startswith("."))
    yield from closed


def printable(path: Path) -> str:
    """Return a path as text that can be printed on one line, whatever bytes it holds."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
