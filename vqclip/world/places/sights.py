"""Every picture of places and of things in them, and how often each is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable

from vqclip.world.pen import CaptionedImage
from vqclip.world.places.landmarks import (
    around_a_house,
    bridge_over_a_river,
    eiffel_tower,
    on_the_moon,
    rainbow_over_hills,
    spiral_galaxy,
    volcano,
)
from vqclip.world.places.panoramas import (
    balloon_over_the_sea,
    camp,
    desert,
    flower_field,
    lake_in_the_mountains,
    lighthouse_on_a_cliff,
    on_a_hill,
    ship_in_a_storm,
    waterfall,
)
from vqclip.world.places.rooms import thing_in_room
from vqclip.world.places.seasons import autumn_leaves, season_forest, season_house, single_tree
from vqclip.world.places.tabletops import still_life
from vqclip.world.places.towns import city_street, row_of_houses, wall_front

SIGHTS: dict[Callable[[int, random.Random], CaptionedImage], float] = {
    season_house: 0.4,
    season_forest: 0.4,
    single_tree: 0.35,
    autumn_leaves: 0.12,
    thing_in_room: 0.6,
    still_life: 1.3,
    on_a_hill: 0.5,
    lighthouse_on_a_cliff: 0.3,
    ship_in_a_storm: 0.25,
    lake_in_the_mountains: 0.35,
    waterfall: 0.2,
    flower_field: 0.25,
    desert: 0.25,
    balloon_over_the_sea: 0.3,
    camp: 0.2,
    city_street: 0.5,
    row_of_houses: 0.5,
    wall_front: 0.5,
    eiffel_tower: 0.2,
    bridge_over_a_river: 0.25,
    volcano: 0.15,
    on_the_moon: 0.2,
    spiral_galaxy: 0.12,
    rainbow_over_hills: 0.15,
    around_a_house: 0.5,
}
"""Relative weights."""


def sight(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a place, or something in a place, of `size` x `size` pixels; return its caption too."""
    return rng.choices(list(SIGHTS), list(SIGHTS.values()))[0](size, rng)
