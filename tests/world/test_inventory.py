"""Things: each stands on the ground in its color, and none looks like another."""

from __future__ import annotations

import inspect
from itertools import combinations

import pytest
import torch

from tests.world.seeing import differs, pixels
from vqclip.world.colors import COLORS
from vqclip.world.pen import Pen
from vqclip.world.things import animals, buildings, foods, objects, plants, vehicles
from vqclip.world.things.inventory import (
    AFLOAT,
    ALOFT,
    INDOORS,
    NATURAL,
    OUTDOORS,
    SUBMERGED,
    THINGS,
)

MAGENTA = (214, 40, 213)


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_has_its_color_and_stands_on_the_ground(name: str) -> None:
    pen = Pen.blank(64, COLORS["cyan"])
    THINGS[name](pen.at(0, 0.6, 0.6), MAGENTA)
    seen = pixels(pen.finish())
    drawn = (seen - torch.tensor(COLORS["cyan"])).abs().sum(dim=-1) > 60
    own = (seen - torch.tensor(MAGENTA)).abs().sum(dim=-1) < 20
    assert own.sum() > 20
    assert 0.03 < drawn.float().mean() < 0.6
    assert not drawn[56:].any()
    lowest = drawn.any(dim=1).nonzero().max()
    floats = name in ALOFT or name in SUBMERGED
    assert lowest > (40 if floats else 47)  # the ground is at 0.8 of 64 pixels


def test_no_two_things_look_alike() -> None:
    images = []
    for draw in THINGS.values():
        pen = Pen.blank(32, COLORS["black"])
        draw(pen.at(0, 0.8, 0.8), MAGENTA)
        images.append(pen.finish())
    assert min(differs(first, second) for first, second in combinations(images, 2)) > 3


@pytest.mark.parametrize("module", [animals, buildings, foods, objects, plants, vehicles])
def test_every_drawing_has_a_name(module) -> None:
    public = {
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public
    assert public <= set(THINGS.values())


def test_every_thing_is_found_somewhere_and_every_place_has_things() -> None:
    assert {*AFLOAT, *ALOFT, *INDOORS, *OUTDOORS, *SUBMERGED} == set(THINGS)
    assert not set(INDOORS) & set(OUTDOORS)


def test_natural_colors_are_colors_of_things() -> None:
    assert set(NATURAL) < set(THINGS)
    assert {color for colors in NATURAL.values() for color in colors} < set(COLORS)
