"""Captioned pictures on disk: shards of pixels next to their captions, mapped into memory."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqclip.errors import OutputError
from vqclip.files.atomic import atomic, write

Pixels = NDArray[np.uint8]
Captions = tuple[str, ...]
"""The captions of a picture; the first is the canonical one."""


def shard_files(folder: Path, index: int) -> tuple[Path, Path]:
    """Return the files of a shard's pixels and of its captions."""
    return folder / f"shard-{index:05d}.npy", folder / f"shard-{index:05d}.json"


def write_shard(folder: Path, index: int, pixels: Pixels, captions: Sequence[Captions]) -> None:
    """Write pictures (N, S, S, 3) and their captions; a shard is complete if it has captions.

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
        captions: captions of every picture.
        size: picture width and height in pixels.
    """

    def __init__(self, *folders: Path) -> None:
        """Open the shards.

        Args:
            folders: folders that `write_shard` wrote to.

        Raises:
            OutputError: a folder has no pictures, or sizes differ.
        """
        self._folders = folders
        self._shards: dict[Path, Pixels] = {}
        self.captions: list[Captions] = []
        self.size = 0
        self._ends: list[int] = []
        self.refresh()
        for folder in folders:
            if not any(file.parent == folder for file in self._shards):
                raise OutputError(
                    f"{folder} has no pictures: draw some with python -m vqclip.training.data"
                )

    def refresh(self) -> int:
        """Open the shards that were completed since, after all others; return how many pictures.

        Raises:
            OutputError: sizes differ.
        """
        before = len(self.captions)
        for folder in self._folders:
            for file in sorted(folder.glob("shard-*.json")):
                if file not in self._shards:
                    self._shards[file] = np.load(file.with_suffix(".npy"), mmap_mode="r")
                    self.captions += map(tuple, json.loads(file.read_text("utf-8")))
        sizes = {shard.shape[1] for shard in self._shards.values()}
        if len(sizes) > 1:
            raise OutputError(
                f"pictures of {len(sizes)} sizes: {sorted(sizes)}; only one is allowed"
            )
        self.size = max(sizes, default=0)
        self._ends = list(accumulate(len(shard) for shard in self._shards.values()))
        return len(self.captions) - before

    def __len__(self) -> int:
        return self._ends[-1]

    @property
    def shards(self) -> int:
        """Number of shards."""
        return len(self._ends)

    def shard(self, index: int) -> tuple[str, Pixels, list[Captions]]:
        """Return the name of a shard, such as `train/shard-00003`, its pictures and captions."""
        file, pixels = list(self._shards.items())[index]
        first = self._ends[index] - len(pixels)
        name = f"{file.parent.name}/{file.stem}"
        return name, pixels, self.captions[first : self._ends[index]]

    def pixels(self, indices: Iterable[int]) -> Pixels:
        """Return the pictures with these indices (N, size, size, 3)."""
        rows, shards = [], list(self._shards.values())
        for index in indices:
            shard = bisect_right(self._ends, index)
            before = self._ends[shard - 1] if shard else 0
            rows.append(shards[shard][index - before])
        return np.stack(rows)
