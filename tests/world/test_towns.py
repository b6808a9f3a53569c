"""Streets, walls and roads show what their captions say."""

from __future__ import annotations

import random

from tests.world.seeing import like, pixels
from vqclip.world.places.towns import city_street, row_of_houses, wall_front


def test_doors_and_windows_and_their_walls_have_their_colors() -> None:
    seen = 0
    for seed in range(60):
        image, caption = wall_front(48, random.Random(seed))
        words = caption.split()
        if words[2] in ("door", "window") and words[3] == "in":
            seen += 1
            assert like(image, words[1]).float().mean() > 0.03, caption
            assert like(image, words[5]).float().mean() > 0.25, caption
    assert seen > 20


def test_cars_have_their_color_by_day() -> None:
    for seed in range(200):
        image, caption = row_of_houses(64, random.Random(seed))
        if caption.endswith("sports car on a road on a sunny day"):
            assert like(image, caption.split()[1]).float().mean() > 0.01, caption


def test_a_city_at_night_is_dark_with_bright_windows() -> None:
    seen = 0
    for seed in range(120):
        image, caption = city_street(64, random.Random(seed))
        if caption == "a city at night with lit windows":
            seen += 1
            assert pixels(image).median() < 110
            lit = (pixels(image)[..., 0] > 230) & (pixels(image)[..., 2] < 190)
            assert lit.float().mean() > 0.02
    assert seen
