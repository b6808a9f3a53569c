"""Captioned pictures on disk: shards of pixels beside their captions, read without copying."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqclip.errors import OutputError
from vqclip.files import atomic, write

Pixels = NDArray[np.uint8]
Captions = tuple[str, ...]
"""What a picture shows in several wordings; the first is the plain one."""


def shard_files(folder: Path, index: int) -> tuple[Path, Path]:
    """Return the files of the pixels and of the captions of a shard."""
    return folder / f"shard-{index:05d}.npy", folder / f"shard-{index:05d}.json"


def write_shard(folder: Path, index: int, pixels: Pixels, captions: Sequence[Captions]) -> None:
    """Write pictures (N, S, S, 3) and their captions; the captions last, so they vouch for both.

    Raises:
        OutputError: the folder cannot be written to.
    """
    pixels_file, captions_file = shard_files(folder, index)
    with atomic(pixels_file) as temporary, temporary.open("wb") as file:
        np.save(file, pixels)
    write(captions_file, json.dumps(captions, ensure_ascii=False).encode())


class Pictures:
    """The pictures of one or more folders of shards, in order.

    Attributes:
        captions: of every picture.
        size: side of the pictures, in pixels.
    """

    def __init__(self, *folders: Path) -> None:
        """Open them.

        Args:
            folders: with the shards that `write_shard` wrote.

        Raises:
            OutputError: a folder has no pictures, or sizes differ.
        """
        self._shards: list[Pixels] = []
        self.captions: list[Captions] = []
        for folder in folders:
            found = sorted(folder.glob("shard-*.json"))
            if not found:
                raise OutputError(
                    f"{folder} has no pictures: draw some with python -m vqclip.training.data"
                )
            for file in found:
                self._shards.append(np.load(file.with_suffix(".npy"), mmap_mode="r"))
                self.captions += [tuple(one) for one in json.loads(file.read_text("utf-8"))]
        sizes = {shard.shape[1] for shard in self._shards}
        if len(sizes) != 1:
            raise OutputError(f"pictures of several sizes: {sorted(sizes)}; one is allowed")
        (self.size,) = sizes
        self._ends = list(accumulate(len(shard) for shard in self._shards))

    def __len__(self) -> int:
        return self._ends[-1]

    def pixels(self, indices: Iterable[int]) -> Pixels:
        """Return the pictures of some indices (N, size, size, 3)."""
        rows = []
        for index in indices:
            shard = bisect_right(self._ends, index)
            before = self._ends[shard - 1] if shard else 0
            rows.append(self._shards[shard][index - before])
        return np.stack(rows)
