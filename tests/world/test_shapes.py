"""Plain shapes: within their circle, each unlike the others."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.world.seeing import differs, middle, pixels
from vqclip.world.colors import COLORS
from vqclip.world.pen import Pen
from vqclip.world.shapes import SHAPES, draw_shape, spokes


def shape(name: str, *, turn: float = 0.0, scale: float = 0.5):
    pen = Pen.blank(64, COLORS["black"])
    draw_shape(pen.at(0, 0, scale), name, COLORS["white"], COLORS["black"], turn=turn)
    return pen.finish()


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_fills_some_of_its_circle_and_nothing_else(name: str) -> None:
    seen = pixels(shape(name)).mean(dim=-1) > 127
    assert 0.05 < seen.float().mean() < 0.3
    assert not seen[:14].any()
    assert not seen[:, 50:].any()


def test_no_two_shapes_look_alike() -> None:
    for first, second in combinations([shape(name, scale=1) for name in SHAPES], 2):
        assert differs(first, second) > 3


def test_an_arrow_points_where_it_is_turned() -> None:
    right, down = (pixels(shape("arrow", turn=turn)).mean(dim=-1) > 127 for turn in (0, 1.5708))
    assert right[:, 32:].sum() > right[:, :32].sum()
    assert down[32:].sum() > down[:32].sum()


def test_a_ring_shows_its_ground_and_a_crescent_lies_to_the_left() -> None:
    assert pixels(shape("ring"))[32, 32].tolist() == list(COLORS["black"])
    assert middle(pixels(shape("crescent")).mean(dim=-1) > 127)[0] < -0.1


def test_spokes_are_corners_or_points_with_notches() -> None:
    assert [(round(x, 6), round(y, 6)) for x, y in spokes(4)] == [(0, -1), (1, 0), (0, 1), (-1, 0)]
    lengths = [round((x * x + y * y) ** 0.5, 6) for x, y in spokes(3, inner=0.5)]
    assert lengths == [1, 0.5] * 3
