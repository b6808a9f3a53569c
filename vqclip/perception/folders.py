"""Files of pictures: found in folders, distinguished from other files, and printed safely."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import Mistakes, did_you_mean
from vqclip.files.images import HEIC, HEIC_REASON, SUFFIXES, reads_heic

MANIFEST, CANDIDATES, SHEET, PREVIEWS = "manifest.jsonl", "candidates", "sheet", ".steps"
"""Names of what the program leaves beside its pictures; `runs` and `outputs` write them."""
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


def _is_picture(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in SUFFIXES or suffix in HEIC and reads_heic()


def find_pictures(places: Sequence[Path]) -> PictureFiles:
    """Find the pictures at places: files as they are, folders with everything below them.

    Hidden files and folders (whose names begin with a dot) are passed over silently, and so is what
    the program itself makes beside its pictures: previews, and the sheets and candidates of a
    series. Links to folders are followed; a folder that several lead to is searched once.
    """
    paths: dict[Path, None] = {}
    skipped: dict[Path, SkippedFile] = {}
    for place in places:
        for item in _walk(place) if place.is_dir() else [place]:
            if isinstance(item, SkippedFile):
                skipped[item.path] = item
            elif place.is_dir() and not _is_picture(item):
                heic = item.suffix.lower() in HEIC
                skipped[item] = SkippedFile(item, HEIC_REASON if heic else OTHER)
            else:
                paths[item] = None
    return PictureFiles(
        tuple(paths), tuple(file for path, file in skipped.items() if path not in paths)
    )


def _walk(folder: Path) -> Iterator[Path | SkippedFile]:
    closed: list[SkippedFile] = []

    def note(error: OSError) -> None:
        closed.append(SkippedFile(Path(error.filename), error.strerror or str(error)))

    seen: set[tuple[int, int]] = set()
    for top, folders, files in os.walk(folder, onerror=note, followlinks=True):
        try:
            status = os.stat(top)
        except OSError as error:  # removed meanwhile
            note(error)
            folders.clear()
            continue
        place = (status.st_dev, status.st_ino)
        if place in seen:  # by a link, perhaps in a circle
            folders.clear()
            continue
        seen.add(place)
        is_run = MANIFEST in files
        folders[:] = sorted(name for name in folders if not _is_passed_over(name, is_run=is_run))
        names = (name for name in sorted(files) if not _is_passed_over(name, is_run=is_run))
        yield from (Path(top, name) for name in names)
    yield from closed


def _is_passed_over(name: str, *, is_run: bool) -> bool:
    """Say whether a file or folder is hidden or a by-product, in the folder of a series or not."""
    of_run = name == CANDIDATES or (name.startswith(SHEET) and name.endswith(".png"))
    return name.startswith(".") or name.endswith(PREVIEWS) or (is_run and of_run)


def printable(path: Path) -> str:
    """Return a path as text that can be printed on one line, whatever bytes it holds."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
