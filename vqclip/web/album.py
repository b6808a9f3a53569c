"""The album: the pictures of the output folder with their recipes, sorted, found and put away."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import ConfigError, ImageError, OutputError, VqclipError
from vqclip.files.atomic import write
from vqclip.files.jsontable import parse_json
from vqclip.outputs import recipe as recipes
from vqclip.outputs.names import PREVIEWS
from vqclip.outputs.recipe import Recipe
from vqclip.perception.folders import CANDIDATES, MANIFEST, SHEET
from vqclip.views.tiles import contact_sheet, encode, thumbnail, tile
from vqclip.web.enclosure import SUFFIXES, Enclosure

SORTS = ("newest first", "oldest first", "by prompt", "by seed", "favorites first")
SIDE = 320
"""Longest side of a thumbnail, in pixels."""
SHEET_SIDE, SHEET_COLUMNS, MOST_ON_SHEET = 192, 6, 120
BIN, THUMBNAILS, FAVORITES, SHEETS = "bin", "thumbnails", "favorites.json", "sheets"


@dataclass(frozen=True)
class Print:
    """A picture of the album.

    Attributes:
        name: its path within the folder.
        at: seconds since 1970 of its last change.
        stamp: changes with the file.
        prompts: what it shows, in one line; its name where it has no recipe.
        seed: its random seed; None without a recipe.
        is_favorite: whether somebody likes it.
    """

    name: str
    at: float
    stamp: str
    prompts: str
    seed: int | None
    is_favorite: bool = False


class Album:
    """The pictures of the output folder.

    Args:
        enclosure: the folder.
    """

    def __init__(self, enclosure: Enclosure) -> None:
        self.enclosure = enclosure
        self._known: dict[str, Print] = {}
        self._lock = threading.Lock()

    def prints(self, *, sort: str = SORTS[0], words: str = "") -> list[Print]:
        """Return the pictures whose prompts or names have all of some words.

        Raises:
            ConfigError: there is no such order.
        """
        wanted = words.lower().split()
        found = [
            own
            for own in self._all()
            if all(word in f"{own.prompts} {own.name}".lower() for word in wanted)
        ]
        found.sort(key=lambda own: own.name)
        if sort == "newest first":
            found.sort(key=lambda own: own.at, reverse=True)
        elif sort == "oldest first":
            found.sort(key=lambda own: own.at)
        elif sort == "by prompt":
            found.sort(key=lambda own: (own.prompts, own.seed or 0))
        elif sort == "by seed":
            found.sort(key=lambda own: (own.seed is None, own.seed or 0, own.prompts))
        elif sort == "favorites first":
            found.sort(key=lambda own: (not own.is_favorite, -own.at))
        else:
            raise ConfigError(f"allowed orders are {', '.join(SORTS)}")
        return found

    def recipe(self, name: str) -> Recipe:
        """Read the recipe of a picture.

        Raises:
            VqclipError: there is no such picture, or no recipe in it.
        """
        return recipes.read(self.enclosure.picture(name))

    def thumbnail(self, name: str) -> Path:
        """Return the path of a small copy of a picture.

        Raises:
            VqclipError: there is no such picture, or it cannot be read.
        """
        path = self.enclosure.picture(name)
        key = hashlib.sha256(f"{name}\n{_stamp(path.stat())}".encode()).hexdigest()[:24]
        small = self.enclosure.own(THUMBNAILS, f"{key}.webp")
        if not small.is_file():
            write(small, encode(thumbnail(path, SIDE), "WEBP", quality=85))
        return small

    def favorites(self) -> set[str]:
        """Return the names of the favorites."""
        path = self.enclosure.own(FAVORITES)
        try:
            names = parse_json(path.read_bytes())
        except (OSError, ValueError):
            return set()
        return (
            {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
        )

    def toggle_favorite(self, name: str) -> bool:
        """Make a picture a favorite, or no longer; return whether it is one now.

        Raises:
            OutputError: there is no such picture, or the folder cannot be written to.
        """
        self.enclosure.picture(name)
        with self._lock:
            names = self.favorites() ^ {name}
            text = json.dumps(sorted(names), ensure_ascii=False)
            write(self.enclosure.own(FAVORITES), text.encode())
        return name in names

    def discard(self, name: str) -> str:
        """Move a picture to the bin; return the name it has there.

        Raises:
            OutputError: there is no such picture, or it cannot be moved.
        """
        path = self.enclosure.picture(name)
        kept = f"{time.time_ns()}~{name.replace('/', '~')}"
        place = self.enclosure.own(BIN, kept)
        self._move(path, place)
        return kept

    def restore(self, kept: str) -> str:
        """Move a picture back from the bin to the output folder; return its name.

        Raises:
            OutputError: there is no such picture in the bin, or its place is taken.
        """
        place = self.enclosure.own(BIN, kept)
        parts = kept.split("~")[1:]
        plain = parts and all(part and not part.startswith(".") for part in parts)
        if "/" in kept or not plain or not place.is_file() or place.is_symlink():
            raise OutputError("there is no such picture in the bin")
        path = self.enclosure.root.joinpath(*parts)
        if path.exists():
            raise OutputError(f"{path.name} already exists")
        self._move(place, path)
        return self.enclosure.name(path)

    def sheet(self, names: Sequence[str]) -> Path:
        """Write a contact sheet of some pictures; return its path.

        Raises:
            OutputError: there is no picture, or the folder cannot be written to.
        """
        tiles, captions = [], []
        for name in names[:MOST_ON_SHEET]:
            try:
                tiles.append(tile(self.enclosure.picture(name), SHEET_SIDE))
            except (ImageError, OutputError):  # removed meanwhile
                continue
            captions.append(self._known[name].prompts if name in self._known else name)
        if not tiles:
            raise OutputError("there is no picture to put on a sheet")
        image = contact_sheet(tiles, captions, columns=min(SHEET_COLUMNS, len(tiles)))
        content = encode(image, "PNG", optimize=True)
        path = self.enclosure.own(SHEETS, f"sheet-{hashlib.sha256(content).hexdigest()[:12]}.png")
        write(path, content)
        return path

    def _all(self) -> list[Print]:
        """Return all pictures; recipes that were read before are remembered."""
        favorites = self.favorites()
        known: dict[str, Print] = {}
        for path, status in pictures_below(self.enclosure.root):
            name, stamp = self.enclosure.name(path), _stamp(status)
            before = self._known.get(name)
            if before is None or before.stamp != stamp:
                before = _read(path, name, status)
            known[name] = before
        self._known = known
        return [
            Print(own.name, own.at, own.stamp, own.prompts, own.seed, own.name in favorites)
            for own in known.values()
        ]

    def _move(self, path: Path, place: Path) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
        except OSError as error:
            raise OutputError(f"{path.name} cannot be moved: {error.strerror}") from error


def pictures_below(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the pictures below a folder; neither links nor hidden files and by-products."""
    for top, folders, files in os.walk(folder, followlinks=False):
        is_run = MANIFEST in files
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and not name.endswith(PREVIEWS) and name != CANDIDATES
        ]
        for name in _pictures(files, is_run=is_run):
            path = Path(top, name)
            try:
                status = path.lstat()
            except OSError:  # removed meanwhile
                continue
            if not path.is_symlink():
                yield path, status


def _pictures(files: Iterable[str], *, is_run: bool) -> Iterator[str]:
    for name in files:
        by_product = is_run and name.startswith(SHEET) and name.endswith(".png")
        if not name.startswith(".") and not by_product and name.lower().endswith(SUFFIXES):
            yield name


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}"


def _read(path: Path, name: str, status: os.stat_result) -> Print:
    try:
        config = recipes.read(path).config
    except VqclipError:  # a picture of something else
        return Print(name, status.st_mtime, _stamp(status), name, None)
    prompts = " | ".join(map(str, config.all_prompts()))
    return Print(name, status.st_mtime, _stamp(status), prompts, config.seed)
