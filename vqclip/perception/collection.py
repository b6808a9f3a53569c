"""Pictures with their embeddings, read and encoded in batches, or remembered by the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from vqclip.errors import ImageError
from vqclip.images import load_image, to_rgb
from vqclip.perception.embedder import BATCH, Embedder
from vqclip.perception.folders import Skipped
from vqclip.perception.index import Entry, Index, stamp_of

LARGEST = 2**30
"""Bytes of a file beyond which it is not read."""

Picture = Path | Image.Image
Progress = Callable[[int, int], object]
"""Told how many pictures are done, and of how many."""


@dataclass(frozen=True)
class Collection:
    """Pictures and what a perceptor sees in them.

    Attributes:
        pictures: those that could be read, N of them, in order.
        vectors: unit vectors (N, E), float32.
        skipped: files that could not be read, and why.
        encoded: how many were encoded, not remembered.
        gone: files the index remembered that are no longer there.
    """

    pictures: tuple[Picture, ...]
    vectors: Tensor
    skipped: tuple[Skipped, ...]
    encoded: int
    gone: int = 0


@dataclass
class _Seen:
    """A picture of a batch: remembered (`vector`), to be encoded (`view`), or neither."""

    picture: Picture
    entry: Entry | None = None
    vector: Tensor | None = None
    view: Tensor | None = None
    problem: str = ""


def look(
    embedder: Embedder,
    pictures: Sequence[Picture],
    *,
    index: Index | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Embed pictures in batches; memory does not grow with their number, but for the vectors.

    Args:
        embedder: the perceptor.
        pictures: files, or pictures in memory; these are not indexed.
        index: remembers embeddings; every batch is written to it at once.
        progress: is told how far it is.

    Raises:
        ImageError: no picture could be read.
        OutputError: the index cannot be read or written.
    """
    kept: list[_Seen] = []
    skipped: list[Skipped] = []
    encoded = 0
    for start in range(0, len(pictures), BATCH):
        batch = [_see(embedder, one, index) for one in pictures[start : start + BATCH]]
        encoded += _encode(embedder, batch, index)
        for seen in batch:
            if seen.vector is not None:
                kept.append(seen)
            elif isinstance(seen.picture, Path):
                skipped.append(Skipped(seen.picture, seen.problem))
        if progress is not None:
            progress(start + len(batch), len(pictures))
    vectors = [seen.vector for seen in kept if seen.vector is not None]
    if not vectors:
        reasons = "; ".join(str(one) for one in skipped[:5])
        raise ImageError(f"none of the pictures can be read ({reasons})")
    return Collection(
        tuple(seen.picture for seen in kept), torch.stack(vectors), tuple(skipped), encoded
    )


def _see(embedder: Embedder, picture: Picture, index: Index | None) -> _Seen:
    if isinstance(picture, Image.Image):
        return _Seen(picture, view=embedder.view(to_rgb(picture)))
    try:
        stamp = stamp_of(picture)
        if index is not None and (content := index.content(picture, stamp)):
            vector = index.vector(content, embedder.identity)
            if vector is not None:
                return _Seen(picture, vector=vector)
        return _read(embedder, picture, stamp, index)
    except OSError as error:
        return _Seen(picture, problem=error.strerror or str(error))
    except ImageError as error:
        return _Seen(picture, problem=_reason(error))


def _reason(error: ImageError) -> str:
    if isinstance(error.__cause__, UnidentifiedImageError):
        return "not a picture in a format that can be read"
    return f"damaged: {error.__cause__}" if error.__cause__ else str(error)


def _read(embedder: Embedder, path: Path, stamp: str, index: Index | None) -> _Seen:
    if not path.is_file() or path.stat().st_size > LARGEST:
        return _Seen(path, problem=f"not a file of at most {LARGEST >> 20} MiB")
    # One read for both: a file may change between two.
    data = path.read_bytes()
    entry = vector = None
    if index is not None:
        entry = Entry(path, stamp, hashlib.sha256(data).hexdigest())
        vector = index.vector(entry.content, embedder.identity)
    if vector is not None:
        return _Seen(path, entry, vector)
    return _Seen(path, entry, view=embedder.view(load_image(path, data)))


def _encode(embedder: Embedder, batch: Sequence[_Seen], index: Index | None) -> int:
    """Encode what has to be, put the vectors in place, and remember them; say how many."""
    fresh = [seen for seen in batch if seen.view is not None]
    views = [seen.view for seen in fresh if seen.view is not None]
    if views:
        for seen, vector in zip(fresh, embedder.views(torch.cat(views)), strict=True):
            seen.vector, seen.view = vector, None
    entries = [seen.entry for seen in batch if seen.entry is not None]
    if index is not None and entries:
        vectors = {
            seen.entry.content: seen.vector
            for seen in fresh
            if seen.entry is not None and seen.vector is not None
        }
        index.store(entries, vectors, perceptor=embedder.identity)
    return len(fresh)
