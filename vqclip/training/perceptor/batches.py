"""The pictures of each step, drawn from the seed and the number of the step alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.naming import names, shown
from vqclip.training.perceptor.views import mirrored
from vqclip.training.shards import Pictures, Pixels
from vqclip.training.split import held_out
from vqclip.world.captions.attributes import ATTRIBUTES, exchanged, swapped, ungrounded
from vqclip.world.captions.phrases import phrase

HARD = ("thing", "shape", "count", "position", "mood")
"""Attributes that random captions of a batch hardly teach."""
EASY = tuple(kind for kind in ATTRIBUTES if kind not in HARD)
HARD_FIRST = 0.75
"""Share of the wrong captions that are wrong in one of those, where they can be."""
EXCHANGED = 0.5
"""Share of the captions with two colors whose wrong caption exchanges them."""
UNGROUNDED = 0.35
"""Share of the captions with a plain background that leave it unsaid."""


@dataclass(frozen=True)
class Batch:
    """Pictures (B, S, S, 3) of a step with one caption each.

    Attributes:
        pixels: of the pictures.
        captions: of each.
        wrong: captions that are wrong in one word; empty where a caption has none to swap.
        names: all words of all kinds, in this step's phrasing (W).
        shown: which of them each picture shows (B, W).
    """

    pixels: Pixels
    captions: tuple[str, ...]
    wrong: tuple[str, ...]
    names: tuple[str, ...]
    shown: Tensor


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
    chosen = [
        pictures.captions[row][int(share * len(pictures.captions[row]))]
        for row, share in zip(rows, draws[0].tolist(), strict=True)
    ]
    chance = random.Random(f"wrong {seed} {step}")
    plain = [pictures.captions[row][0] for row in rows]
    pairs = [said(*both, chance) for both in zip(chosen, plain, strict=True)]
    captions, wrong = zip(*pairs, strict=True)
    pixels = mirrored(pictures.pixels(rows), plain, (draws[1] < 0.5).tolist())
    return Batch(
        pixels, captions, wrong, names(random.Random(f"names {seed} {step}")), shown(plain)
    )


def said(chosen: str, plain: str, chance: random.Random) -> tuple[str, str]:
    """Return a caption of a picture and a wrong one, empty if there is none.

    A plain background is sometimes left unsaid, and the wrong caption gives its color to what
    stands before it: otherwise a blue cat is any cat on blue.

    Args:
        chosen: one of the captions of the picture.
        plain: the canonical one.
        chance: of everything random.
    """
    if chance.random() < UNGROUNDED and (pair := ungrounded(plain, chance)):
        right, wrong = pair
        if not held_out(right):
            return phrase(right, chance), phrase(wrong, chance)
    return chosen, wrong_caption(plain, chance)


def wrong_caption(caption: str, chance: random.Random) -> str:
    """Exchange the colors of a canonical caption, or swap a word for another of its kind.

    Empty if there is nothing to swap.

    Without such captions a batch is told apart by colors and places, and things are learned
    late (Yuksekgonul et al. 2023, arXiv:2210.01936).
    """
    if chance.random() < EXCHANGED and (other := exchanged(caption)):
        return phrase(other, chance)
    hard, easy = chance.sample(HARD, len(HARD)), chance.sample(EASY, len(EASY))
    for kind in (*hard, *easy) if chance.random() < HARD_FIRST else (*easy, *hard):
        others = swapped(caption, kind)
        if others:
            return phrase(chance.choice(others), chance)
    return ""


def batches(pictures: Pictures, seed: int, *, size: int, first: int, last: int) -> Iterator[Batch]:
    """Yield the batches of the steps from `first` to `last` - 1, each read ahead of its use."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(draw_batch, pictures, seed, size=size, step=first)
        for step in range(first, last):
            batch = coming.result()
            if step + 1 < last:
                coming = reader.submit(draw_batch, pictures, seed, size=size, step=step + 1)
            yield batch
