"""How well captions word a prompt."""

from __future__ import annotations

import math

import pytest
import torch

from vqclip.engine.starts.wording import (
    BESIDE,
    COLOR_SHARE,
    NOTED,
    POWER,
    SHARES,
    Wording,
    pairs_of,
    weights_of,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two foxes in boxes!", ("two", "fox", "in", "box")),
        ("wolves, a bus and 3 glasses", ("wolf", "a", "bus", "and", "glass")),
        ("Äpfel_und x", ("äpfel", "und", "x")),
    ],
)
def test_plurals_are_their_singulars(text, words) -> None:
    assert words_of(text) == words


def test_things_that_name_shades_are_not_colors() -> None:
    assert pairs_of("a red fox in the snow") == {("fox", "in"), ("in", "snow")}
    snow, red, _ = Wording(["a fox snow", "a fox red", "a fox"]).foreign(["a fox"]).tolist()
    assert snow > red


def test_words_in_parentheses_weigh_less_unless_they_are_outside_too() -> None:
    assert weights_of("a fox (animal, fox)") == {"a": 1.0, "fox": 1.0, "animal": NOTED}


def test_agreement_is_the_share_of_a_text_by_powers_of_rarity() -> None:
    wording = Wording(["a red fox", "red cats", "a cat"])
    rare, common = math.log(1 + 3 / 1) ** POWER, math.log(1 + 3 / 2) ** POWER  # fox; a, red, cat
    torch.testing.assert_close(wording.agreement("Red Cat!"), torch.tensor([0.5, 1.0, 0.5]))
    expected = torch.tensor([1.0, common / (common + rare), 0.0])
    torch.testing.assert_close(wording.agreement("red fox"), expected)
    assert wording.agreement("zarquon").tolist() == [0, 0, 0]
    assert wording.agreement("").tolist() == [0, 0, 0]


def test_what_stands_after_with_counts_less() -> None:
    wording = Wording(["a rabbit", "fog"])
    expected = torch.tensor([1, BESIDE]) / (1 + BESIDE)
    torch.testing.assert_close(wording.agreement("rabbit with fog"), expected)
    assert wording.agreement("fog, rabbit").tolist() == [0.5, 0.5]


def test_numbers_that_nobody_asked_for_are_more_foreign_than_colors() -> None:
    captions = ("a red fox", "two foxes", "a small fox")
    wording = Wording(captions)
    color, two, small = wording.foreign(["fox", "foxes", "a"]).tolist()
    assert color < small < two


def test_the_order_of_words_is_that_of_pairs_without_colors_and_articles() -> None:
    captions = (
        "a red cat left of the blue dog (kitty left of puppy)",
        "a dog left of a cat",
        "a bird at the top",
    )
    wording = Wording(captions)
    pair, shared = math.log(1 + 3 / 1), math.log(1 + 3 / 2)  # cat left, of dog; left of
    found = wording.order("pink cats left of a green dog")
    torch.testing.assert_close(found, torch.tensor([1, shared / (2 * pair + shared), 0]))
    assert wording.order("kitty left").tolist() == wording.order("zarquon").tolist() == [0, 0, 0]


def test_what_a_caption_says_beside_all_texts_is_foreign() -> None:
    wording = Wording(["a red fox (animal)", "a cat"])
    own = [math.log(1 + 2 / 2), math.log(1 + 2 / 1)]  # a; red, fox, cat
    assert wording.foreign(["a red fox"]).tolist() == pytest.approx([0, own[1] / sum(own)])
    red = COLOR_SHARE * own[1]
    assert wording.foreign(["fox", "a cat"]).tolist() == pytest.approx(
        [red / (own[0] + red + own[1]), 0]
    )


def test_a_word_in_parentheses_counts_less_and_does_not_lengthen_the_caption() -> None:
    captions = ("a fox by a lake", "a hen by a lake (pond)", "a hen by a pond", "a cat")
    wording = Wording(captions)
    pond, lake = (
        wording.agreement("a hen by a pond"),
        wording.agreement("a hen by a lake"),
    )
    assert pond.argmax() == 2
    assert pond[1] > pond[0]
    assert lake.tolist()[:2] == [lake[0], 1.0]
    plain = Wording([captions[0], "a hen by a lake", *captions[2:]])
    assert plain.agreement("a pond")[1] < wording.agreement("a pond")[1] < pond[2]
    assert torch.equal(plain.foreign(["a lake"])[:1], wording.foreign(["a lake"])[:1])


@pytest.mark.parametrize("name", ["gray", "grey", "violet", "turquoise"])
def test_every_name_of_a_color_counts_as_a_color(name: str) -> None:
    assert SHARES[name] == COLOR_SHARE
    assert pairs_of(f"a {name} house on a hill") == pairs_of("a house on a hill")
