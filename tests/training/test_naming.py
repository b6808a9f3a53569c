"""Naming: which words a picture shows, and the loss of each against the others of its kind."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.training.test_clip import COLORS, TINY
from vqclip.training.perceptor.batches import Batch
from vqclip.training.perceptor.contrastive import AttackSettings, Trainer
from vqclip.training.perceptor.naming import KINDS, SIZES, names, naming_loss, shown
from vqclip.training.perceptor.retrieval import embed_images, embed_texts

TEXTS = [text for _, kind in KINDS for text in kind.texts]


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("a red cat on a blue background", {"red", "blue", "a cat"}),
        ("two gray ovals on a cyan background", {"gray", "cyan", "an oval", "two"}),
        ("two red fish on a blue background", {"red", "blue", "a fish", "two"}),
        ("a watercolor painting of a meadow at night with stars",
         {"a watercolor", "a meadow", "at night"}),
        ("a black and white photo of a cup in the top left corner",
         {"a black and white photograph", "a cup", "in the top left corner"}),
        ("a green pine tree by a lake", {"green", "a pine tree", "a lake", "by a lake"}),
        ("zinnia", set()),
    ],
)  # fmt: skip
def test_the_words_of_a_caption_are_shown(caption: str, words: set[str]) -> None:
    (marks,) = shown([caption])
    assert {text for text, mark in zip(TEXTS, marks.tolist(), strict=True) if mark} == words


def test_the_loss_is_that_of_each_word_against_those_not_shown() -> None:
    logits = torch.zeros(2, len(TEXTS))
    marks = shown(["a red cat on a blue background", "zinnia"])
    expected = math.log(1 + SIZES[0] - 2) + math.log(SIZES[2])  # 1 color, 10 not shown; 61 things
    assert float(naming_loss(logits, marks)) == pytest.approx(expected / 2)
    logits[0, TEXTS.index("a cat")] = 50
    assert float(naming_loss(logits, marks)) == pytest.approx(math.log(SIZES[0] - 1) / 2)
    assert float(naming_loss(logits, torch.zeros_like(marks))) == 0


def test_names_are_said_in_many_ways_but_always_the_same_by_chance() -> None:
    several = names(random.Random(0))
    assert several == names(random.Random(0))
    assert several != names(random.Random(1))
    assert len(several) == sum(SIZES)


def test_names_are_learned_without_captions_that_tell() -> None:
    settings = replace(
        TINY, batch=4, steps=100, learning_rate=0.02, swaps=0, attack=AttackSettings(0.0)
    )
    pixels = np.array([COLORS["red"], COLORS["blue"]] * 2, np.uint8)[:, None, None]
    pixels = pixels + np.zeros((4, 32, 32, 3), np.uint8)
    trainer = Trainer(settings, TEXTS, torch.device("cpu"))
    batch = Batch(pixels, ("zinnia",) * 4, ("",) * 4, tuple(TEXTS), shown(["red", "blue"] * 2))
    for step in range(60):
        trainer.step(batch, step)
    contrast = trainer.averaged()
    images = torch.from_numpy(pixels[:2]).permute(0, 3, 1, 2).float() / 255
    agreement = embed_images(contrast, images) @ embed_texts(contrast, TEXTS[: SIZES[0]]).T
    assert [TEXTS[row] for row in agreement.argmax(dim=1)] == ["red", "blue"]
