"""Every empty place: landscapes, seasons, rooms, streets and tables."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from vqclip.world.places.place import Place, Support
from vqclip.world.places.rooms import bare_room, furnished
from vqclip.world.places.seasons import empty_season
from vqclip.world.places.tabletops import empty_table
from vqclip.world.scenery.grounds import GROUNDS
from vqclip.world.scenery.landscapes import LOCATIONS, SUBJECTS, landscape


def countryside(size: int, rng: random.Random, grounds: Sequence[str] = tuple(GROUNDS)) -> Place:
    """Draw an empty landscape with one of some grounds."""
    image, caption = landscape(size, rng, empty=True, grounds=grounds)
    name = next(name for name, words in SUBJECTS.items() if caption.startswith(words))
    words = f"{LOCATIONS[name]}{caption[len(SUBJECTS[name]) :]}"
    place = Support(words, rng.uniform(0.35, 0.65), rng.uniform(0.86, 0.97), 0.7)
    return Place(image, caption, (place,))


EMPTY: dict[Callable[[int, random.Random], Place], float] = {
    countryside: 1.0,
    empty_season: 1.0,
    furnished: 1.2,
    bare_room: 0.4,
    empty_table: 0.3,
}
"""What draws empty places, and how often."""


def empty_place(size: int, rng: random.Random) -> Place:
    """Draw a random place of `size` x `size` pixels with nothing in it.

    The caption of something put on one of its supports is its name and the support's words.
    """
    draw = rng.choices(list(EMPTY), list(EMPTY.values()))[0]
    return draw(size, rng)
