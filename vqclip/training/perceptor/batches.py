"""The pictures and texts of each step; they depend on the seed, the step and the stock alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.stock import Stock
from vqclip.training.perceptor.texts import PAIRS


@dataclass(frozen=True)
class Batch:
    """The pictures and texts of a step.

    Attributes:
        images: pictures in [0, 1] (B, 3, S, S), on the device of the stock.
        tokens: one caption of each picture (B, L).
        wrong: captions with one wrong word (B, L); zeros where there is no word to swap.
        names: all words of all kinds (W, L), in this step's phrasing.
        marks: which of these words each picture shows (B, W).
    """

    images: Tensor
    tokens: Tensor
    wrong: Tensor
    names: Tensor
    marks: Tensor


def draw_batch(stock: Stock, seed: int, *, size: int, step: int) -> Batch:
    """Draw the pictures of a step with one of the captions of each; half of them are mirrored.

    Args:
        stock: at least `size` pictures; each epoch has its own order.
        seed: random seed.
        size: pictures in a batch.
        step: counted from 0.
    """
    total = len(stock)  # it may grow meanwhile
    epoch, place = divmod(step * size, total - total % size)
    rows = np.sort(_order(seed, epoch, total)[place : place + size])
    draws = torch.rand(2, size, generator=stream(seed, f"batch {step}"))
    texts = stock.texts[rows]
    pairs = stock.pairs[texts, (draws[0] * PAIRS).long().numpy()]  # (B, 2, L)
    mirrored = (draws[1] < 0.5) & ~torch.from_numpy(stock.sided[texts])
    return Batch(
        stock.images(rows, mirrored),
        torch.from_numpy(pairs[:, 0].astype(np.int64)),
        torch.from_numpy(pairs[:, 1].astype(np.int64)),
        torch.from_numpy(stock.namings[step % len(stock.namings)].astype(np.int64)),
        torch.from_numpy(stock.marks[texts]),
    )


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, total: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    order: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    order = torch.randperm(total, generator=stream(seed, f"epoch {epoch}")).numpy()
    return order
