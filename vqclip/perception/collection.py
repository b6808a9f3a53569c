"""Pictures with their embeddings, read and encoded in batches, or remembered by the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from vqclip.errors import ConfigError, ImageError
from vqclip.files.images import load_image, to_rgb
from vqclip.files.paths import user_path
from vqclip.perception.embedder import BATCH, Embedder
from vqclip.perception.folders import PictureFiles, SkippedFile, check_places, find_pictures
from vqclip.perception.index import Entry, Index, stamp_of, user_index

LARGEST = 2**30
"""Bytes of a file beyond which it is not read."""

Picture = Path | Image.Image
"""A file, or a picture in memory."""
Source = str | Path | Image.Image
"""A file, a folder of pictures, or a picture in memory."""
Progress = Callable[[int, int], object]
"""Called with the number of pictures that are done, and the number of all."""


@dataclass(frozen=True)
class Collection:
    """Pictures and their embeddings by one perceptor.

    Attributes:
        pictures: the N that could be read, in order.
        vectors: unit vectors (N, E), float32.
        skipped: files that could not be read, and why.
        encoded: how many were encoded, not remembered.
        gone: number of files that the index remembered and that no longer exist.
    """

    pictures: tuple[Picture, ...]
    vectors: Tensor
    skipped: tuple[SkippedFile, ...]
    encoded: int
    gone: int = 0


@dataclass
class _Item:
    """A picture of a batch: remembered (`vector`), to be encoded (`view`), or neither."""

    picture: Picture
    entry: Entry | None = None
    vector: Tensor | None = None
    view: Tensor | None = None
    problem: str = ""


def list_sources(given: Source | Sequence[Source]) -> list[Picture]:
    """Return one or more sources as a list.

    Raises:
        ConfigError: there is none, or a file or folder does not exist.
    """
    several = [given] if isinstance(given, (str, Path, Image.Image)) else given
    sources = [
        source if isinstance(source, Image.Image) else user_path(source) for source in several
    ]
    if not sources:
        raise ConfigError("there are no pictures: name files or folders")
    check_places(_files(sources))
    return sources


def collect(
    embedder: Embedder,
    sources: Sequence[Picture],
    *,
    index: bool = True,
    progress: Progress | None = None,
) -> Collection:
    """Find and embed the pictures of all sources.

    Args:
        embedder: the perceptor.
        sources: files, folders, and pictures in memory.
        index: whether embeddings of files are remembered in the user's index.
        progress: is told how many pictures are done.

    Raises:
        ImageError: there is no picture, or none can be read.
        OutputError: the index cannot be read or written.
    """
    files = find_pictures(_files(sources))
    in_memory: list[Picture] = [source for source in sources if isinstance(source, Image.Image)]
    pictures = in_memory + list(files.paths)
    if not pictures:
        raise ImageError(_nothing_found(files))
    with user_index(index and bool(files.paths)) as opened:
        collection = embed(embedder, pictures, index=opened, progress=progress)
        folders = [path for path in _files(sources) if path.is_dir()]
        gone = opened.forget(folders, files.paths) if opened is not None and folders else 0
    return replace(collection, skipped=files.skipped + collection.skipped, gone=gone)


def _files(sources: Sequence[Picture]) -> list[Path]:
    return [source for source in sources if isinstance(source, Path)]


def _nothing_found(files: PictureFiles) -> str:
    count = len(files.skipped)
    return "no pictures found" + (f", only {count} other files" if count else "")


def embed(
    embedder: Embedder,
    pictures: Sequence[Picture],
    *,
    index: Index | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Embed pictures in batches; of all pictures, only the vectors stay in memory.

    Args:
        embedder: the perceptor.
        pictures: files, or pictures in memory; the latter are not indexed.
        index: remembers embeddings; each batch is written to it at once.
        progress: is told how many pictures are done.

    Raises:
        ImageError: no picture could be read.
        OutputError: the index cannot be read or written.
    """
    index = index if embedder.identity else None
    kept: list[_Item] = []
    skipped: list[SkippedFile] = []
    encoded = 0
    for start in range(0, len(pictures), BATCH):
        batch = [_look_up(embedder, picture, index) for picture in pictures[start : start + BATCH]]
        encoded += _encode(embedder, batch, index)
        for item in batch:
            if item.vector is not None:
                kept.append(item)
            elif isinstance(item.picture, Path):
                skipped.append(SkippedFile(item.picture, item.problem))
        if progress is not None:
            progress(start + len(batch), len(pictures))
    vectors = [item.vector for item in kept if item.vector is not None]
    if len({vector.shape for vector in vectors}) > 1:  # the index holds some of another length
        return embed(embedder, pictures, progress=progress)
    if not vectors:
        reasons = "; ".join(str(file) for file in skipped[:5])
        raise ImageError(f"none of the pictures can be read ({reasons})")
    return Collection(
        tuple(item.picture for item in kept), torch.stack(vectors), tuple(skipped), encoded
    )


def _look_up(embedder: Embedder, picture: Picture, index: Index | None) -> _Item:
    if isinstance(picture, Image.Image):
        return _Item(picture, view=embedder.overview(to_rgb(picture)))
    try:
        stamp = stamp_of(picture)
        if index is not None and (content := index.content(picture, stamp)):
            vector = index.vector(content, embedder.identity)
            if vector is not None:
                return _Item(picture, vector=vector)
        return _read(embedder, picture, stamp, index)
    except OSError as error:
        return _Item(picture, problem=error.strerror or str(error))
    except ImageError as error:
        return _Item(picture, problem=_reason(error))


def _reason(error: ImageError) -> str:
    if isinstance(error.__cause__, UnidentifiedImageError):
        return "not a picture in a format that can be read"
    return f"damaged: {error.__cause__}" if error.__cause__ else str(error)


def _read(embedder: Embedder, path: Path, stamp: str, index: Index | None) -> _Item:
    if not path.is_file() or path.stat().st_size > LARGEST:
        return _Item(path, problem=f"not a file of at most {LARGEST >> 20} MiB")
    # The hash and the picture come from one read: a file may change between two.
    data = path.read_bytes()
    entry = vector = None
    if index is not None:
        entry = Entry(path, stamp, hashlib.sha256(data).hexdigest())
        vector = index.vector(entry.content, embedder.identity)
    if vector is not None:
        return _Item(path, entry, vector)
    return _Item(path, entry, view=embedder.overview(load_image(path, data)))


def _encode(embedder: Embedder, batch: Sequence[_Item], index: Index | None) -> int:
    """Encode the views of a batch, remember their vectors, and return how many there were."""
    fresh = [item for item in batch if item.view is not None]
    views = [item.view for item in fresh if item.view is not None]
    if views:
        for item, vector in zip(fresh, embedder.encode_views(torch.cat(views)), strict=True):
            item.vector, item.view = vector, None
    entries = [item.entry for item in batch if item.entry is not None]
    if index is not None and entries:
        vectors = {
            item.entry.content: item.vector
            for item in fresh
            if item.entry is not None and item.vector is not None
        }
        index.store(entries, vectors, perceptor=embedder.identity)
    return len(fresh)
