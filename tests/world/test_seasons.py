"""Seasons are seen in the picture itself."""

from __future__ import annotations

import random

import pytest
from torch import Tensor

from tests.world.seeing import pixels
from vqclip.world.pen import Pen
from vqclip.world.places.seasons import SEASONS, cottage, meadow, season_tree


def ground(season: str) -> Tensor:
    """Return the mean color of the ground of a season by day, red, green and blue."""
    rng = random.Random(1)
    view = meadow(32, rng, season)
    while view.hour != "day":
        view = meadow(32, rng, season)
    return pixels(view.pen.finish())[22:].mean(dim=(0, 1))


def test_the_ground_is_green_brown_or_white() -> None:
    for season in ("in spring", "in summer"):
        red, green, blue = ground(season)
        assert green > red + 20 > blue
    red, green, blue = ground("in autumn")
    assert red > green > blue + 30
    assert ground("in winter").min() > 215


def crown(season: str, seed: int) -> Tensor:
    """Return the color of the middle of a tree's crown on black."""
    pen = Pen.blank(48, (0, 0, 0))
    season_tree(pen.at(0, 0.9, 0.9), season, random.Random(seed))
    return pixels(pen.finish())[6:24, 14:34].mean(dim=(0, 1))


@pytest.mark.parametrize("seed", range(5))
def test_trees_are_green_in_summer_red_or_yellow_in_autumn_and_bare_in_winter(seed: int) -> None:
    red, green, _ = crown("in summer", seed)
    assert green > 1.5 * red
    red, green, blue = crown("in autumn", seed)
    assert red > green > blue
    assert crown("in winter", seed).max() < 0.5 * crown("in spring", seed).max()


def test_roofs_have_snow_in_winter_alone() -> None:
    roofs = {}
    for season in SEASONS:
        pen = Pen.blank(48, (0, 0, 0))
        cottage(pen.at(0, 0.9, 0.9), (20, 60, 200), season)
        roofs[season] = float(pixels(pen.finish())[10, 24].mean())
    assert roofs.pop("in winter") > 230
    assert max(roofs.values()) < 80
