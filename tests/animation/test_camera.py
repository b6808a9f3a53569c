"""Motions as homographies, and warps against closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from vqclip.animation.camera import FOCAL, Move, composed, in_view, sources, warp


def point(matrix: Tensor, x: float, y: float) -> tuple[float, float]:
    moved = matrix @ torch.tensor([x, y, 1.0], dtype=torch.float64)
    return float(moved[0] / moved[2]), float(moved[1] / moved[2])


def checkers(height: int, width: int, cells: int) -> Tensor:
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return ((x * cells // width + y * cells // height) % 2).float()[None, None]


def test_a_zoomed_checkerboard_has_its_middle_squares_in_double_size() -> None:
    board = checkers(64, 64, 8)
    zoomed = warp(board, Move(zoom=2).matrix(1.0))
    # The middle of the board, each pixel twice as large; seams between squares are blended.
    expected = board[..., 16:48, 16:48].repeat_interleave(2, -1).repeat_interleave(2, -2)
    blocks = zoomed.unfold(2, 16, 16).unfold(3, 16, 16)[..., 2:-2, 2:-2]
    wanted = expected.unfold(2, 16, 16).unfold(3, 16, 16)[..., 2:-2, 2:-2]
    assert torch.equal(blocks, wanted)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_no_motion_changes_nothing_and_whole_pixels_move_exactly(mode) -> None:
    maps = torch.rand(2, 3, 10, 20)
    assert torch.allclose(warp(maps, Move().matrix(2.0), mode=mode), maps, atol=1e-5)
    moved = warp(maps, Move(x=10, y=-20).matrix(2.0), mode=mode)  # 2 pixels right, 2 up
    assert torch.allclose(moved[..., :8, 2:], maps[..., 2:, :-2], atol=1e-5)


def test_what_comes_into_view_is_a_reflection() -> None:
    maps = torch.rand(1, 1, 8, 10)
    moved = warp(maps, Move(x=20).matrix(1.25))
    assert torch.allclose(moved[..., :2], maps[..., :2].flip(-1), atol=1e-5)
    assert in_view(Move(x=20).matrix(1.25), 8, 10).sum() == 8 * 8


def test_a_quarter_turn_is_clockwise() -> None:
    maps = torch.rand(1, 3, 12, 12)
    turned = warp(maps, Move(rotate=90).matrix(1.0))
    assert torch.allclose(turned, maps.rot90(-1, dims=(2, 3)), atol=1e-5)


def test_a_rotation_keeps_distances_in_wide_pictures() -> None:
    aspect = 2.0
    x, y = point(Move(rotate=30).matrix(aspect), 0.5, 0.0)  # 1 half height right of the middle
    assert (x * aspect, y) == pytest.approx((math.cos(math.pi / 6), math.sin(math.pi / 6)))


def test_a_tilted_picture_is_narrow_at_the_top_as_perspective_has_it() -> None:
    sine, cosine = math.sin(math.radians(20)), math.cos(math.radians(20))
    matrix = Move(tilt=20).matrix(1.0)
    top, bottom = FOCAL / (FOCAL + sine), FOCAL / (FOCAL - sine)
    assert point(matrix, 1, -1) == pytest.approx((top, -cosine * top))
    assert point(matrix, 1, 1) == pytest.approx((bottom, cosine * bottom))
    side = Move(turn=20).matrix(1.0)
    assert point(side, 1, 1) == pytest.approx((cosine * top, top))


def test_parallax_moves_the_bottom_and_not_the_top() -> None:
    matrix = Move(parallax=10).matrix(1.5)
    assert point(matrix, 0.3, -1) == pytest.approx((0.3, -1))
    assert point(matrix, 0.3, 0) == pytest.approx((0.4, 0))
    assert point(matrix, 0.3, 1) == pytest.approx((0.5, 1))


def test_motions_follow_each_other_in_order_of_time() -> None:
    zoom, shift = Move(zoom=2).matrix(1.0), Move(x=25).matrix(1.0)
    assert point(composed([zoom, shift]), 0.2, 0) == pytest.approx((0.9, 0))
    assert point(composed([shift, zoom]), 0.2, 0) == pytest.approx((1.4, 0))
    assert torch.equal(composed([]), torch.eye(3, dtype=torch.float64))


def test_two_small_steps_are_one_large_one() -> None:
    small = Move(zoom=1.1, rotate=10).matrix(1.5)
    large = Move(zoom=1.21, rotate=20).matrix(1.5)
    assert torch.allclose(composed([small, small]), large)


def test_what_would_come_from_behind_the_viewer_is_not_in_view() -> None:
    steep = composed([Move(tilt=40).matrix(1.0)] * 4)
    seen = in_view(steep, 16, 16)
    assert sources(steep, 16, 16).isfinite().all()
    assert 0 < int(seen.sum()) < 256


def test_bilinear_warps_keep_the_range_of_moments() -> None:
    moments = torch.rand(1, 4, 5, 7)
    warped = warp(moments, Move(zoom=1.3, rotate=17, tilt=9).matrix(1.4))
    assert moments.min() <= warped.min()
    assert warped.max() <= moments.max()
