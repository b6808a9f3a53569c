"""Wrong captions are wrong in a single thing; wordings are tokens of pairs of captions."""

from __future__ import annotations

import random

import numpy as np

from vqclip.training.perceptor.texts import (
    PAIRS,
    Lexicon,
    caption_pair,
    namings,
    wordings,
    wrong_caption,
)
from vqclip.training.perceptor.tokens import Tokenizer
from vqclip.training.split import held_out

CANONICAL = "a red cat on a blue background"
RELATED = "a red cat above a blue dog on a green background"


def test_a_lexicon_has_the_most_frequent_word_first() -> None:
    lexicon = Lexicon()
    lexicon.add(["a red cat", "Red, 2"], Tokenizer(12))
    assert [word for word, _ in lexicon.sorted_words()] == ["red", "a", "cat"]
    assert lexicon.pieces == {"a", "red", "cat", ",", "2"}


def test_wordings_are_pairs_of_every_picture() -> None:
    captions = [(CANONICAL, "red cat"), ("a dog on the left", "dog")]
    found = wordings(captions, "seed", 12)
    assert found.pairs.shape == (2, PAIRS, 2, 12)
    assert np.array_equal(found.pairs, wordings(captions, "seed", 12).pairs)
    assert not np.array_equal(found.pairs, wordings(captions, "other", 12).pairs)
    assert found.sided.tolist() == [False, True]
    rights = Tokenizer(12).matrix(["a dog on the left", "dog"])
    assert {row.tobytes() for row in found.pairs[1, :, 0]} == {row.tobytes() for row in rights}
    assert found.lexicon.words["red"] == 2


def test_names_are_worded_in_several_ways() -> None:
    found = namings(0, 12)
    assert len(np.unique(found[:, 14], axis=0)) > 1
    assert np.array_equal(found, namings(0, 12))


def test_things_in_a_relation_are_exchanged() -> None:
    rng = random.Random(0)
    wrong = {wrong_caption(RELATED, rng) for _ in range(200)}
    assert "a blue dog above a red cat on a green background" in wrong
    assert "a blue cat above a red dog on a green background" in wrong


def test_a_wrong_caption_is_wrong_in_one_thing() -> None:
    rng = random.Random(0)
    wrong = {wrong_caption(CANONICAL, rng) for _ in range(300)}
    assert CANONICAL not in wrong
    assert any("dog" in caption or "puppy" in caption for caption in wrong)
    assert "a blue cat on a red background" in wrong
    assert wrong_caption("Christ on a donkey", rng) == ""


def test_a_background_left_out_is_the_color_of_the_wrong_caption() -> None:
    rng = random.Random(0)
    pairs = {caption_pair(CANONICAL, CANONICAL, rng) for _ in range(200)}
    assert ("a red cat", "a blue cat") in pairs
    assert any(right == CANONICAL for right, _ in pairs)


def test_a_caption_that_is_held_out_is_not_said_by_leaving_out_its_background() -> None:
    shapes = ("star", "ring", "cross", "heart", "arrow", "oval", "circle", "spiral", "diamond")
    colors = ("red", "green", "yellow", "orange", "purple", "pink", "black", "white", "gray")
    short = next(
        f"a {color} {shape}"
        for color in colors
        for shape in shapes
        if color != "orange" and held_out(f"a {color} {shape}")
    )
    full, rng = f"{short} on a blue background", random.Random(0)
    assert {caption_pair(full, full, rng)[0] for _ in range(60)} == {full}
