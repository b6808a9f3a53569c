"""Shapes and things counted, placed and related: the picture holds what the caption says."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.world.seeing import components, like, middle
from vqclip.world.groups import PLACES, RELATIONS, counted, every_group, placed, related
from vqclip.world.shapes import SHAPES
from vqclip.world.stylized import without_colors
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, plural

SIZE = 64
NAMES = "|".join([*SHAPES, *map(plural, SHAPES)])


def shapes_only(draw, count: int, *rest: str) -> Iterator[tuple[Image.Image, str]]:
    """Yield pictures in which there are nothing but shapes, with their captions."""
    left = count
    for seed in range(1000):
        image, caption = draw(SIZE, random.Random(seed), *rest)
        if len(re.findall(rf"\b(?:{NAMES})\b", caption)) == (2 if draw is related else 1):
            yield image, caption
            left -= 1
            if not left:
                return
    pytest.fail("too few shapes")


def test_counts_draw_that_many() -> None:
    words = set()
    for image, caption in shapes_only(counted, 24):
        word, *_, ground, _ = caption.split()
        assert components(~like(image, ground)) == NUMBERS[word], caption
        words.add(word)
    assert words == set(NUMBERS)


@pytest.mark.parametrize("place", PLACES)
def test_a_figure_is_at_its_place(place: str) -> None:
    for image, caption in shapes_only(placed, 5, place):
        assert f" {place} on " in caption
        x, y = middle(~like(image, caption.split()[-2]))
        assert (x - PLACES[place][0]).abs() < 0.2, caption
        assert (y - PLACES[place][1]).abs() < 0.2, caption


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_holds(relation: str) -> None:
    for image, caption in shapes_only(related, 6, relation):
        head, tail = caption.split(f" {relation} ")
        first, second = (like(image, words.split()[1]) for words in (head, tail))
        (x, y), (other_x, other_y) = middle(first), middle(second)
        if relation == "inside":
            for axis in (0, 1):
                inner, outer = (mask.any(dim=axis).nonzero() for mask in (first, second))
                assert outer.min() < inner.min() <= inner.max() < outer.max(), caption
            continue
        holds = {
            "above": y < other_y - 0.5,
            "below": y > other_y + 0.5,
            "left of": x < other_x - 0.5,
            "right of": x > other_x + 0.5,
            "next to": (x - other_x).abs() > 0.5 and (y - other_y).abs() < 0.3,
        }
        assert holds[relation], caption


def test_every_kind_is_at_every_place_and_in_every_number_once() -> None:
    captions = [without_colors(caption) for _, caption in every_group(4, random.Random(0))]
    kinds = len(SHAPES) + len(THINGS)
    assert len(set(captions)) == len(captions) == kinds * (len(PLACES) + len(NUMBERS))
    assert {"a star at the top", "five houses"} <= set(captions)
