"""Captions with one attribute swapped, two colors exchanged, or the background unsaid."""

from __future__ import annotations

import random

import pytest

from tests.world.seeing import CAPTIONS
from vqclip.world.captions.attributes import ATTRIBUTES, exchanged, inverted, swapped, ungrounded


@pytest.mark.parametrize(
    ("caption", "kind", "first", "count"),
    [
        ("a blue star on a red background", "color", "a red star on a red background", 11),
        ("a blue star on a red background", "shape", "a blue circle on a red background", 14),
        ("a woodcut of two stars", "shape", "a woodcut of two circles", 14),
        ("an oil painting of a blue owl in a meadow", "thing",
         "an oil painting of a blue house in a meadow", 60),
        ("a tree on the sea at sunset", "place", "a tree on a beach at sunset", 10),
        ("the sea at sunset", "place", "a meadow at sunset", 10),
        ("a tree on the sea at sunset", "hour", "a tree on the sea on a sunny day", 4),
        ("a lake at night with fog", "weather", "a lake at night with rain", 4),
        ("an oil painting of a tree in a meadow", "style",
         "a watercolor painting of a tree in a meadow", 18),
        ("two red fish on a blue background", "count", "three red fish on a blue background", 3),
        ("two red fish on a blue background", "thing", "two red houses on a blue background", 60),
        ("a red fish under water", "thing", "a red house under water", 60),
        ("a red star at the top on a blue background", "side",
         "a red star on the left on a blue background", 4),
        ("a red star above a pink ring on a blue background", "relation",
         "a red star below a pink ring on a blue background", 4),
        ("a cat on a red sofa by a window", "relation",
         "a cat under a red sofa by a window", 2),
        ("an angry red face on a blue background", "mood",
         "a smiling red face on a blue background", 6),
    ],
)  # fmt: skip
def test_a_swap_changes_one_word(caption: str, kind: str, first: str, count: int) -> None:
    found = swapped(caption, kind)
    assert found[0] == first
    assert len(set(found)) == len(found) == count
    assert caption not in found


def test_what_is_not_said_or_not_seen_is_not_swapped() -> None:
    assert swapped("a lake at night with stars", "shape") == []
    assert swapped("a red planet with rings in space", "shape") == []
    assert swapped("a pencil sketch of a red house in a meadow", "color") == []
    assert swapped("a red house in a meadow", "style") == []
    assert swapped("a cat on a red background", "relation") == []


def test_two_things_in_a_relation_are_exchanged() -> None:
    caption = "a red star above an orange ring on a blue background"
    assert inverted(caption) == "an orange ring above a red star on a blue background"
    assert inverted("a pencil sketch of a cat inside a heart") == (
        "a pencil sketch of a heart inside a cat"
    )
    assert inverted("a cat under a blue table") == "a blue table under a cat"
    assert inverted("a red star next to a pink ring on a blue background") == ""
    assert inverted("a red star above a red star on a blue background") == ""
    assert inverted("a red house in a meadow") == ""


def test_two_colors_are_exchanged() -> None:
    assert exchanged("a red cat on an orange background") == "an orange cat on a red background"
    assert exchanged("a red cat left of a red dog") == ""
    assert exchanged("a red cat in a meadow") == ""
    assert exchanged("vertical red and blue stripes") == ""
    assert exchanged("a black and white photo of a cat") == ""


def test_an_unsaid_background_gives_its_color_to_nothing() -> None:
    rng = random.Random(0)
    for caption, pair in {
        "a red star on a white background": ("a red star", "a white star"),
        "a mosaic of two red fish on an orange background": (
            "a mosaic of two red fish",
            "a mosaic of two orange fish",
        ),
        "a red star on a red background": None,
        "a red star in a meadow": None,
        "orange on a blue background": None,
        "a black and white photo of a red star on a blue background": None,
    }.items():
        assert ungrounded(caption, rng) == pair
    drawn = {ungrounded("owl on an orange background", rng) for _ in range(40)}
    assert drawn == {("owl", "orange owl"), ("an owl", "an orange owl")}
    two = "a red cat left of a blue dog on a pink background"
    wrong = {"a pink cat left of a blue dog", "a red cat left of a pink dog"}
    assert {ungrounded(two, rng)[1] for _ in range(40)} == wrong


def test_every_kind_is_found_in_captions() -> None:
    for kind in ATTRIBUTES:
        assert sum(bool(swapped(caption, kind)) for caption in CAPTIONS) > 2, kind
