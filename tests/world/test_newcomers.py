"""Captions as newcomers type them."""

from __future__ import annotations

import random

import pytest

from vqclip.world.captions import newcomers
from vqclip.world.captions.newcomers import capital, everyday, listed, misspelt, numeric, typed


def test_a_noun_gets_a_name_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "RENAMED", 1.0)
    words = {everyday("a sofa, two cats", random.Random(seed)) for seed in range(20)}
    assert "a couch, two kittens" in words
    assert all(text.startswith(("a couch, two ", "a settee, two ")) for text in words)


def test_a_list_has_no_articles_and_prepositions() -> None:
    text = listed("a castle at night in the snow", random.Random(1))
    assert sorted(text.replace(",", " ").split()) == ["castle", "night", "snow"]


def test_numbers_become_digits_and_letters_capitals() -> None:
    assert numeric("three dogs and two cats", random.Random(0)) == "3 dogs and 2 cats"
    texts = {capital("a red dog", random.Random(seed)) for seed in range(20)}
    assert texts == {"A RED DOG", "A red dog", "A Red Dog"}


def test_a_misspelt_caption_differs_in_one_word() -> None:
    caption = "a red apple on a table"
    for seed in range(30):
        words = misspelt(caption, random.Random(seed)).split(" ")
        assert sum(a != b for a, b in zip(words, caption.split(" "), strict=True)) <= 1


def test_few_captions_are_misspelt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "RENAMED", 0.0)
    monkeypatch.setattr(newcomers, "TYPED", 0.0)
    caption = "a purple elephant in a forest"
    changed = sum(typed(caption, random.Random(seed)) != caption for seed in range(1000))
    assert 20 <= changed <= 60
