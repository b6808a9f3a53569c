"""Landscapes say what is in them."""

from __future__ import annotations

import random
import re

from vqclip.world.scenery.grounds import BACKS, GROUNDS
from vqclip.world.scenery.landscapes import LOCATIONS, SUBJECTS, landscape
from vqclip.world.scenery.skies import HOURS, WEATHERS
from vqclip.world.things.inventory import AFLOAT, ALOFT, THINGS

CAPTIONS = [landscape(4, random.Random(seed))[1] for seed in range(300)]


def test_an_empty_landscape_names_its_ground_first() -> None:
    for seed in range(20):
        _, caption = landscape(8, random.Random(seed), empty=True)
        assert caption.startswith(tuple(SUBJECTS.values())), caption


def test_every_ground_backdrop_weather_and_hour_occurs() -> None:
    for word in (*GROUNDS, *BACKS, *WEATHERS, *(hour.names[0] for hour in HOURS.values())):
        assert any(word in caption for caption in CAPTIONS), word


def test_on_the_sea_there_is_only_what_floats_or_flies() -> None:
    names = "|".join(sorted(THINGS, key=len, reverse=True))
    for caption in CAPTIONS:
        if " on the sea" in caption or " over the sea" in caption:
            thing = re.search(rf"\b(?:{names})\b", caption)
            assert thing, caption
            assert thing[0] in (AFLOAT if " on the sea" in caption else (*AFLOAT, *ALOFT)), caption


def test_a_black_thing_is_not_drawn_at_night() -> None:
    night = [caption for caption in CAPTIONS if "at night" in caption]
    assert night
    assert not any(caption.startswith("a black ") for caption in night)


def test_every_ground_has_a_name_and_a_place() -> None:
    assert LOCATIONS.keys() == SUBJECTS.keys() == GROUNDS.keys()
    assert LOCATIONS["autumn forest"] == "in an autumn forest"
