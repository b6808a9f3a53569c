"""The basic colors: mixed, varied, and never confused."""

from __future__ import annotations

import random
from itertools import combinations

from vqclip.world.colors import COLORS, mix, vary


def test_a_mix_lies_between_its_colors() -> None:
    red, blue = (200, 0, 0), (0, 0, 100)
    assert mix(red, blue, 0) == red
    assert mix(red, blue, 1) == blue
    assert mix((0, 100, 200), (200, 100, 0), 0.25) == (50, 100, 150)


def test_a_varied_color_is_near_and_within_its_range() -> None:
    rng = random.Random(0)
    near = [vary(COLORS["white"], rng, 10) for _ in range(200)]
    assert all(238 <= channel <= 255 for color in near for channel in color)
    assert {channel for color in near for channel in color} == set(range(238, 256))


def test_no_varied_color_is_mistaken_for_another() -> None:
    for first, second in combinations(COLORS.values(), 2):
        apart = max(abs(a - b) for a, b in zip(first, second, strict=True))
        assert apart > 2 * 14, (first, second)
