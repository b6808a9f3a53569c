"""The pen: local frames, light, and shapes of the size they are asked for."""

from __future__ import annotations

import math

import pytest

from tests.world.seeing import middle, pixels
from vqclip.world.pen import Pen, arc

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def drawn(pen: Pen):
    return pixels(pen.finish()).mean(dim=-1) > 127


def test_a_disc_has_its_area_and_its_place() -> None:
    pen = Pen.blank(64, BLACK)
    pen.disc(0.25, -0.5, 0.4, WHITE)
    assert drawn(pen).float().mean() == pytest.approx(math.pi * 0.4**2 / 4, rel=0.06)
    x, y = middle(drawn(pen)).tolist()
    assert (x, y) == pytest.approx((0.25, -0.5), abs=0.03)


def test_a_frame_moves_and_scales_what_is_drawn_in_it() -> None:
    straight, framed = Pen.blank(64, BLACK), Pen.blank(64, BLACK)
    straight.box(0.3, -0.2, 0.7, 0.2, WHITE)
    framed.at(0.5, 0, 0.4).at(0, 0, 0.5).box(-1, -1, 1, 1, WHITE)
    assert framed.finish().tobytes() == straight.finish().tobytes()


def test_light_dims_colors_by_channel_and_stays_in_the_frames_below() -> None:
    pen = Pen.blank(8, BLACK).lit((0.5, 1, 0)).at(0, 0, 0.5)
    assert pen.shade((200, 100, 50)) == (100, 100, 0)
    assert pen.lit((2, 2, 2)).shade((200, 100, 50)) == (255, 200, 100)


def test_a_ring_is_empty_inside_and_ends_at_its_radius() -> None:
    pen = Pen.blank(60, BLACK)
    pen.ring(0, 0, 0.8, 0.2, WHITE)
    row = drawn(pen)[30].nonzero().flatten().tolist()
    assert row[0] == pytest.approx(6, abs=1)
    assert row[-1] == pytest.approx(53, abs=1)
    assert not set(row) & set(range(14, 46))


def test_a_line_has_round_ends() -> None:
    pen = Pen.blank(60, BLACK)
    pen.line([(-0.5, 0), (0.5, 0)], 0.4, WHITE)
    assert drawn(pen).float().mean() == pytest.approx((0.4 + math.pi * 0.04) / 4, rel=0.04)


def test_edges_are_smooth() -> None:
    pen = Pen.blank(32, BLACK)
    pen.disc(0, 0, 0.7, WHITE)
    assert 5 < len(pen.finish().getcolors()) <= 10  # nine samples a pixel


def test_an_arc_lies_on_its_ellipse() -> None:
    points = arc(1, 2, 3, 1, 0, 180, steps=2)
    assert [(round(x, 6), round(y, 6)) for x, y in points] == [(4, 2), (1, 3), (-2, 2)]
