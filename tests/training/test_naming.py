"""Naming: which words a picture shows, and the loss of each against the others of its kind."""

from __future__ import annotations

import math
import random

import pytest
import torch

from vqclip.training.perceptor.naming import KINDS, SIZES, marks_of, names, naming_loss

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
def test_the_words_of_a_caption_are_marked(caption: str, words: set[str]) -> None:
    (marks,) = marks_of([caption])
    assert {text for text, mark in zip(TEXTS, marks.tolist(), strict=True) if mark} == words


def test_the_loss_is_that_of_each_word_against_those_not_shown() -> None:
    logits = torch.zeros(2, len(TEXTS))
    marks = marks_of(["a red cat on a blue background", "zinnia"])
    # Two colors against the 10 that are not shown, and a thing against 60 others.
    expected = math.log(1 + SIZES[0] - 2) + math.log(SIZES[2])
    assert float(naming_loss(logits, marks)) == pytest.approx(expected / 2)
    logits[0, TEXTS.index("a cat")] = 50
    assert float(naming_loss(logits, marks)) == pytest.approx(math.log(SIZES[0] - 1) / 2)
    assert float(naming_loss(logits, torch.zeros_like(marks))) == 0


def test_names_have_many_phrasings_but_one_for_each_seed() -> None:
    several = names(random.Random(0))
    assert several == names(random.Random(0))
    assert several != names(random.Random(1))
    assert len(several) == sum(SIZES)
