"""Shapes, things and faces, one by one."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from torch import Tensor

from vqclip.world.colors import COLORS, mix
from vqclip.world.faces import MOODS, draw_face
from vqclip.world.pen import Pen, arc
from vqclip.world.scenes import every_shape, every_thing
from vqclip.world.shapes import SHAPES, draw_shape
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


def pixels(pen: Pen) -> Tensor:
    image = pen.finish()
    return torch.tensor(list(image.tobytes())).view(image.height, image.width, 3).float()


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_fills_some_of_its_circle_and_nothing_else(name: str) -> None:
    pen = Pen.blank(64, COLORS["black"])
    draw_shape(pen.at(0, 0, 0.5), name, COLORS["white"], COLORS["black"])
    seen = pixels(pen).mean(dim=-1) > 127
    assert 0.05 < seen.float().mean() < 0.3
    assert not seen[:14].any()
    assert not seen[:, 50:].any()


def test_no_two_shapes_or_moods_look_alike() -> None:
    drawn = []
    for name in SHAPES:
        pen = Pen.blank(32, COLORS["black"])
        draw_shape(pen, name, COLORS["white"], COLORS["black"])
        drawn.append(pixels(pen))
    for mood in MOODS:
        pen = Pen.blank(32, COLORS["black"])
        draw_face(pen, mood, COLORS["yellow"])
        drawn.append(pixels(pen))
    for one, two in combinations(drawn, 2):
        assert (one - two).abs().mean() > 3


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_has_its_color_and_stands_on_the_ground(name: str) -> None:
    pen = Pen.blank(64, COLORS["cyan"])
    THINGS[name](pen.at(0, 0.6, 0.6), MAGENTA)
    drawn = (pixels(pen) - torch.tensor(COLORS["cyan"])).abs().sum(dim=-1) > 60
    own = (pixels(pen) - torch.tensor(MAGENTA)).abs().sum(dim=-1) < 20
    assert own.sum() > 20
    assert 0.03 < drawn.float().mean() < 0.6
    assert not drawn[56:].any()
    lowest = drawn.any(dim=1).nonzero().max()
    floats = name in ALOFT or name in SUBMERGED
    assert lowest > (40 if floats else 47)  # the ground is at 0.8 of 64 pixels


def test_no_two_things_look_alike() -> None:
    drawn = []
    for draw in THINGS.values():
        pen = Pen.blank(32, COLORS["black"])
        draw(pen.at(0, 0.8, 0.8), MAGENTA)
        drawn.append(pixels(pen))
    assert min((one - two).abs().mean() for one, two in combinations(drawn, 2)) > 3


def test_what_is_said_of_things_is_said_of_things_there_are() -> None:
    assert {*AFLOAT, *ALOFT, *INDOORS, *OUTDOORS, *SUBMERGED, *NATURAL} == set(THINGS)
    assert {color for colors in NATURAL.values() for color in colors} < set(COLORS)


def test_every_shape_and_thing_differs_from_its_background() -> None:
    for names in ([*every_shape()], [*every_thing()]):
        assert len(names) == len(set(names)) > 1000
        assert all(ground != color for ground, _, color in names)


def test_an_arc_lies_on_its_ellipse_and_a_mix_between_its_colors() -> None:
    points = arc(1, 2, 3, 1, 0, 180, steps=2)
    assert [(round(x, 6), round(y, 6)) for x, y in points] == [(4, 2), (1, 3), (-2, 2)]
    assert mix((0, 100, 200), (200, 100, 0), 0.25) == (50, 100, 150)
