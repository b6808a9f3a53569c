"""All pictures of a training, reduced, in the memory of its device, with what is said of them.

200,000 pictures of 128 x 128 pixels take 10 GB there, and nothing of a picture has to be sent for a
step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from vqclip.training.perceptor.texts import PAIRS, Wordings
from vqclip.training.perceptor.tokens import Tokens
from vqclip.training.shards import Pixels

BLOCK, CHUNK = 8192, 100
"""Pictures for which memory is taken at once, and that are reduced at once."""

Disturb = Callable[[Tensor], Tensor]
"""Turns pictures (B, 3, S, S) in [0, 1] into others of that size."""


def reduced(pixels: Pixels, size: int, device: torch.device) -> Iterator[Tensor]:
    """Reduce pictures (N, S, S, 3) by averages; yield parts (n, 3, size, size) in [0, 1]."""
    for first in range(0, len(pixels), CHUNK):
        part = torch.from_numpy(np.array(pixels[first : first + CHUNK])).to(device)
        images = part.permute(0, 3, 1, 2).float() / 255
        yield (
            images if images.shape[-1] == size else F.interpolate(images, (size, size), mode="area")
        )


class Stock:
    """Pictures that can only become more; one thread may add while another draws.

    Args:
        size: side in pixels at which pictures are kept.
        namings: words of all kinds in several phrasings (R, W, L).
        device: where pictures are kept.

    Attributes:
        texts: of every picture, the row of its texts (N,).
        pairs: tokens of right and wrong captions (T, PAIRS, 2, L).
        marks: which words are shown (T, W).
        sided: whether a side is named (T,).
    """

    def __init__(self, size: int, namings: Tokens, device: torch.device) -> None:
        self.size, self.namings, self.device = size, namings, device
        words, length = namings.shape[1:]
        self.texts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.pairs: Tokens = np.zeros((0, PAIRS, 2, length), np.uint16)
        self.marks: NDArray[np.bool_] = np.zeros((0, words), np.bool_)
        self.sided: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._blocks: list[Tensor] = []
        # A stream of its own, so that what is added does not wait for the steps that are queued.
        stream: Any = torch.cuda.Stream
        self._stream = stream(device) if device.type == "cuda" else None
        self._pictures = self._said = 0

    def __len__(self) -> int:
        return self._pictures

    def add(
        self, pixels: Pixels, wordings: Wordings, disturb: Disturb | None, share: float
    ) -> None:
        """Add pictures (N, S, S, 3); and the first share of them once more, disturbed."""
        said, count = self._said, len(pixels)
        self.pairs = _written(self.pairs, wordings.pairs, said)
        self.marks = _written(self.marks, wordings.marks, said)
        self.sided = _written(self.sided, wordings.sided, said)
        self._said += count
        twice = int(share * count) if disturb is not None else 0
        place = self._pictures
        rows = np.concatenate([np.arange(count), np.arange(twice)]) + said
        self.texts = _written(self.texts, rows, place)
        with torch.no_grad(), torch.cuda.stream(self._stream):
            others = place + count
            for images in reduced(pixels, self.size, self.device):
                self._write(images, place)
                place += len(images)
                if disturb is not None and twice:
                    changed = images[:twice]
                    self._write(disturb(changed).clamp(0, 1), others)
                    others, twice = others + len(changed), twice - len(changed)
        if self._stream is not None:
            self._stream.synchronize()
        self._pictures = others  # the last thing: now they may be drawn

    def images(self, rows: NDArray[np.int64], mirrored: Tensor) -> Tensor:
        """Return pictures (B, 3, size, size) in [0, 1].

        Args:
            rows: which, in rising order.
            mirrored: which of them are turned round (B,).
        """
        edges = np.searchsorted(rows, np.arange(len(self._blocks) + 1) * BLOCK)
        places = moved(torch.from_numpy(rows % BLOCK), self.device)
        parts = [
            block.index_select(0, places[first:last])
            for block, first, last in zip(self._blocks, edges, edges[1:], strict=False)
            if last > first
        ]
        images = torch.cat(parts).permute(0, 3, 1, 2).float() / 255
        coins = moved(mirrored, self.device)[:, None, None, None]
        return torch.where(coins, images.flip(-1), images)

    def _write(self, images: Tensor, place: int) -> None:
        """Write pictures (n, 3, size, size) at a place."""
        pixels = (images * 255).round().to(torch.uint8).permute(0, 2, 3, 1)
        while len(pixels):
            index, row = divmod(place, BLOCK)
            while len(self._blocks) <= index:
                shape = (BLOCK, self.size, self.size, 3)
                self._blocks.append(torch.empty(shape, dtype=torch.uint8, device=self.device))
            fitting = pixels[: BLOCK - row]
            self._blocks[index][row : row + len(fitting)] = fitting
            pixels, place = pixels[len(fitting) :], place + len(fitting)


def moved(tensor: Tensor, device: torch.device) -> Tensor:
    """Move a tensor from the CPU to a device without waiting for it."""
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def _written(table: NDArray[Any], rows: NDArray[Any], place: int) -> NDArray[Any]:
    """Write rows at a place of a table, or of a longer copy of it."""
    if place + len(rows) > len(table):
        longer = np.zeros((max(2 * len(table), place + len(rows)), *rows.shape[1:]), rows.dtype)
        longer[:place] = table[:place]
        table = longer
    table[place : place + len(rows)] = rows
    return table
