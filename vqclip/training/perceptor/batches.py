"""The pictures and captions of each step; they depend on the seed and the step alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.naming import marks_of, names
from vqclip.training.perceptor.views import mirrored
from vqclip.training.shards import Pictures, Pixels
from vqclip.training.split import held_out
from vqclip.world.captions.attributes import ATTRIBUTES, exchanged, swapped, ungrounded
from vqclip.world.captions.phrases import phrase

HARD = (
    "thing", "shape", "count", "position", "mood", "person", "age", "role", "hair", "wearing",
    "subject", "prop", "action",
)  # fmt: skip
"""Attributes that random captions of a batch hardly teach."""
EASY = tuple(kind for kind in ATTRIBUTES if kind not in HARD)
HARD_FIRST = 0.75
"""Share of the wrong captions that are wrong in a hard attribute, where they have one."""
EXCHANGED = 0.5
"""Share of the captions with two colors whose wrong caption exchanges these."""
UNGROUNDED = 0.35
"""Share of the captions with a plain background that leave it out."""


@dataclass(frozen=True)
class Batch:
    """The pictures and texts of a step.

    Attributes:
        pixels: pictures (B, S, S, 3).
        captions: one of each picture (B).
        wrong: captions with one wrong word (B); empty where there is no word to swap.
        names: all words of all kinds (W), in this step's phrasing.
        marks: which of these words each picture shows (B, W).
    """

    pixels: Pixels
    captions: tuple[str, ...]
    wrong: tuple[str, ...]
    names: tuple[str, ...]
    marks: Tensor


def draw_batch(pictures: Pictures, seed: int, *, size: int, step: int) -> Batch:
    """Draw the pictures of a step with one of the captions of each; half of them are mirrored.

    Args:
        pictures: at least `size`; each epoch has its own order.
        seed: random seed.
        size: pictures in a batch.
        step: counted from 0.
    """
    epoch, place = divmod(step * size, len(pictures) - len(pictures) % size)
    order = torch.randperm(len(pictures), generator=stream(seed, f"epoch {epoch}"))
    rows = order[place : place + size].tolist()
    draws = torch.rand(2, size, generator=stream(seed, f"batch {step}"))
    chosen = [
        pictures.captions[row][int(share * len(pictures.captions[row]))]
        for row, share in zip(rows, draws[0].tolist(), strict=True)
    ]
    rng = random.Random(f"wrong {seed} {step}")
    canonical = [pictures.captions[row][0] for row in rows]
    pairs = [caption_pair(*both, rng) for both in zip(chosen, canonical, strict=True)]
    captions, wrong = zip(*pairs, strict=True)
    return Batch(
        mirrored(pictures.pixels(rows), canonical, (draws[1] < 0.5).tolist()),
        captions,
        wrong,
        names(random.Random(f"names {seed} {step}")),
        marks_of(canonical),
    )


def caption_pair(chosen: str, canonical: str, rng: random.Random) -> tuple[str, str]:
    """Return a right and a wrong caption of a picture; the wrong one may be empty.

    A plain background is sometimes left out, and the wrong caption gives its color to what stands
    before it. Otherwise any cat on blue would be a blue cat.

    Args:
        chosen: one of the captions of the picture.
        canonical: its canonical caption.
        rng: source of randomness.
    """
    if rng.random() < UNGROUNDED and (pair := ungrounded(canonical, rng)):
        right, wrong = pair
        if not held_out(right):
            return phrase(right, rng), phrase(wrong, rng)
    return chosen, wrong_caption(canonical, rng)


def wrong_caption(caption: str, rng: random.Random) -> str:
    """Exchange the colors of a canonical caption, or swap a word for another of its kind.

    Without such captions, colors and places are enough to match the captions of a batch, and
    things are learned late (Yuksekgonul et al. 2023, arXiv:2210.01936).

    Returns:
        A phrasing of the wrong caption; empty if there is nothing to swap.
    """
    if rng.random() < EXCHANGED and (other := exchanged(caption)):
        return phrase(other, rng)
    hard, easy = rng.sample(HARD, len(HARD)), rng.sample(EASY, len(EASY))
    for kind in (*hard, *easy) if rng.random() < HARD_FIRST else (*easy, *hard):
        others = swapped(caption, kind)
        if others:
            return phrase(rng.choice(others), rng)
    return ""


def batches(pictures: Pictures, seed: int, *, size: int, first: int, last: int) -> Iterator[Batch]:
    """Yield the batches of steps `first` to `last` - 1, each read while the one before is used."""
    with ThreadPoolExecutor(1) as reader:
        pending = reader.submit(draw_batch, pictures, seed, size=size, step=first)
        for step in range(first, last):
            batch = pending.result()
            if step + 1 < last:
                pending = reader.submit(draw_batch, pictures, seed, size=size, step=step + 1)
            yield batch
