"""Captions that are held out: two in a hundred, by their words alone."""

from __future__ import annotations

import random

from vqclip.training.split import HELD_OUT, held_out
from vqclip.world.scenes import every_shape
from vqclip.world.words import article

CAPTIONS = [
    f"{article(color)} {shape} on {article(ground)} background"
    for ground, shape, color in every_shape()
]


def test_a_fiftieth_of_the_captions_is_held_out() -> None:
    share = sum(map(held_out, CAPTIONS)) / len(CAPTIONS)
    assert abs(share - HELD_OUT) < 0.01


def test_neither_order_nor_notes_count() -> None:
    for caption in CAPTIONS[:200]:
        shuffled = caption.split()
        random.Random(caption).shuffle(shuffled)
        assert held_out(caption) == held_out(" ".join(shuffled)) == held_out(f"{caption} (notes)")


def test_the_split_is_that_of_the_shipped_weights() -> None:
    assert held_out("an orange circle on a brown background")
    assert not held_out("a red circle on a brown background")
