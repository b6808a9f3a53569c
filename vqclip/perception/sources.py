"""What a caller names as pictures, turned into a collection: files, folders, pictures in memory."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from PIL import Image

from vqclip.errors import ImageError, OutputError
from vqclip.models.fetch.home import home
from vqclip.perception.collection import Collection, Picture, Progress, look
from vqclip.perception.embedder import Embedder
from vqclip.perception.folders import Found, find, missing
from vqclip.perception.index import FILE, Index

Source = str | Path | Image.Image
"""A file, a folder of pictures, or a picture in memory."""


def listed(given: Source | Sequence[Source]) -> list[Picture]:
    """Return one or more sources as a list."""
    several = [given] if isinstance(given, (str, Path, Image.Image)) else given
    return [one if isinstance(one, Image.Image) else Path(one) for one in several]


def source_problems(sources: Sequence[Picture]) -> list[str]:
    """Return one sentence for every source that does not exist, or if there is none."""
    if not sources:
        return ["there are no pictures: name files or folders"]
    return missing(_files(sources))


def gather(
    embedder: Embedder, sources: Sequence[Picture], *, index: bool, progress: Progress | None
) -> Collection:
    """Find and embed the pictures of all sources, with the user's index where it is wanted.

    Raises:
        ImageError: there is no picture, or none can be read.
        OutputError: the index cannot be read or written.
    """
    found = find(_files(sources))
    in_memory: list[Picture] = [one for one in sources if isinstance(one, Image.Image)]
    pictures = in_memory + list(found.paths)
    if not pictures:
        raise ImageError(_nothing(found))
    with _user_index(index and bool(found.paths)) as opened:
        collection = look(embedder, pictures, index=opened, progress=progress)
        folders = [path for path in _files(sources) if path.is_dir()]
        gone = opened.forget(folders, found.paths) if opened is not None and folders else 0
    return replace(collection, skipped=found.skipped + collection.skipped, gone=gone)


def _files(sources: Sequence[Picture]) -> list[Path]:
    return [one for one in sources if isinstance(one, Path)]


def _nothing(found: Found) -> str:
    others = len(found.skipped)
    return "no pictures found" + (f", only {others} other files" if others else "")


@contextmanager
def _user_index(wanted: bool) -> Iterator[Index | None]:
    """Open the index of the user; where it cannot be, everything works, but slower."""
    opened: Index | None = None
    if wanted:
        try:
            opened = Index(home() / FILE)
        except OutputError as error:
            warnings.warn(f"{error}; every picture is encoded", stacklevel=2)
    if opened is not None and opened.note:
        warnings.warn(opened.note, stacklevel=2)
    with opened or nullcontext():
        yield opened
