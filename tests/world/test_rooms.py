"""Rooms have the furniture that they name, and things stand where it is said."""

from __future__ import annotations

import random

from tests.world.seeing import like
from vqclip.world.places.furniture import FURNITURE
from vqclip.world.places.rooms import furnished


def test_furniture_has_its_color_below_what_may_be_put_on_it() -> None:
    seen = set()
    for seed in range(60):
        place = furnished(64, random.Random(seed))
        for support in place.supports:
            words = support.words.split()
            if words[0] == "on" and len(words) == 4:
                seen.add(words[3])
                x, y = round(support.x * 64), round(support.y * 64)
                below = like(place.image, words[2])[y - 2 : y + 16, max(0, x - 6) : x + 6]
                assert below.float().mean() > 0.05, support
    assert {"sofa", "table"} < seen < set(FURNITURE)


def test_what_is_under_a_table_stands_lower_than_what_is_on_it() -> None:
    for seed in range(60):
        spots = furnished(8, random.Random(seed)).supports
        tops = [spot.y for spot in spots if spot.words.startswith("on ")]
        lows = [spot.y for spot in spots if spot.words.startswith(("under ", "in front"))]
        assert not tops or max(tops) < min(lows)
