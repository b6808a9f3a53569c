"""Empty places have room for something, and say where."""

from __future__ import annotations

import random

import pytest

from tests.world.seeing import differs
from vqclip.world.places.empty import EMPTY, empty_place


@pytest.mark.parametrize("draw", EMPTY, ids=lambda draw: draw.__name__)
def test_supports_lie_in_the_picture_and_have_words(draw) -> None:
    for seed in range(25):
        place = draw(24, random.Random(seed))
        assert place.image.size == (24, 24)
        assert place.supports
        for support in place.supports:
            assert 0 < support.x < 1
            assert 0.3 < support.y <= 1
            assert 0.1 < support.side <= 0.9
            assert support.words.split()[0] in ("on", "in", "under", "by", "next", "in front")


def test_a_seed_gives_one_place() -> None:
    first, again = (empty_place(48, random.Random(7)) for _ in range(2))
    assert first.supports == again.supports
    assert differs(first.image, again.image) == 0
    assert len({empty_place(16, random.Random(seed)).words for seed in range(60)}) > 30
