"""The pictures of each step, drawn from the seed and the number of the step alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch

from vqclip.randomness import stream
from vqclip.training.pictures import Pictures, Pixels
from vqclip.training.views import mirrored


@dataclass(frozen=True)
class Batch:
    """Pictures (B, S, S, 3) of a step with one caption each."""

    pixels: Pixels
    captions: tuple[str, ...]


def draw_batch(pictures: Pictures, seed: int, *, size: int, step: int) -> Batch:
    """Draw the pictures of a step and one of the captions of each; half are mirrored.

    Args:
        pictures: at least `size`; each epoch takes them in an order of its own.
        seed: of everything random.
        size: pictures of a batch.
        step: counted from 0.
    """
    epoch, place = divmod(step * size, len(pictures) - len(pictures) % size)
    order = torch.randperm(len(pictures), generator=stream(seed, f"epoch {epoch}"))
    rows = order[place : place + size].tolist()
    draws = torch.rand(2, size, generator=stream(seed, f"batch {step}"))
    captions = tuple(
        pictures.captions[row][int(share * len(pictures.captions[row]))]
        for row, share in zip(rows, draws[0].tolist(), strict=True)
    )
    return Batch(mirrored(pictures.pixels(rows), captions, (draws[1] < 0.5).tolist()), captions)


def batches(pictures: Pictures, seed: int, *, size: int, first: int, last: int) -> Iterator[Batch]:
    """Yield the batches of the steps from `first` to `last` - 1, each read ahead of its use."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(draw_batch, pictures, seed, size=size, step=first)
        for step in range(first, last):
            batch = coming.result()
            if step + 1 < last:
                coming = reader.submit(draw_batch, pictures, seed, size=size, step=step + 1)
            yield batch
