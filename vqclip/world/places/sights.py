"""Every picture of places and of things in them, and how often each is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable

from vqclip.world.pen import CaptionedImage
from vqclip.world.places.rooms import thing_in_room
from vqclip.world.places.seasons import autumn_leaves, season_forest, season_house, single_tree

SIGHTS: dict[Callable[[int, random.Random], CaptionedImage], float] = {
    season_house: 0.4,
    season_forest: 0.4,
    single_tree: 0.35,
    autumn_leaves: 0.12,
    thing_in_room: 0.6,
}
"""Relative weights."""


def sight(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a place, or something in a place, of `size` x `size` pixels; return its caption too."""
    return rng.choices(list(SIGHTS), list(SIGHTS.values()))[0](size, rng)
