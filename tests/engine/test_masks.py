"""Masks: regions as pixels, their soft edges, and the share of windows that lies in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from vqclip.config.region import Region, read_region
from vqclip.engine.masks import (
    box_of,
    hard_mask,
    overlaps,
    read_mask,
    soft_mask,
    tiles,
    warped_overlaps,
    widened,
)
from vqclip.errors import ImageError


def brute_force(mask: Tensor, box: list[float], points: int = 400) -> float:
    """The mean of a mask over a window, from a fine grid of points; outside it is 0."""
    height, width = mask.shape
    left, top, right, bottom = box
    grid = (torch.arange(points) + 0.5) / points
    x, y = left + grid * (right - left), top + grid * (bottom - top)
    column, row = x.floor().long(), y.floor().long()
    inside = ((row >= 0) & (row < height))[:, None] & ((column >= 0) & (column < width))
    values = mask[row.clamp(0, height - 1)][:, column.clamp(0, width - 1)]
    return float((values * inside).mean())


@pytest.mark.parametrize(
    "box", [[0, 0, 8, 8], [1.3, 2.6, 7.9, 9.2], [-4, -3, 5, 6], [3, 3, 3.5, 3.5], [-9, -9, -1, -1]]
)
def test_overlaps_are_those_of_a_fine_grid(box) -> None:
    mask = torch.rand(10, 12, generator=torch.Generator().manual_seed(0))
    found = overlaps(mask, torch.tensor([[box]], dtype=torch.float32))
    assert found.shape == (1, 1)
    assert float(found) == pytest.approx(brute_force(mask, box), abs=5e-3)


def test_overlaps_of_boxes_are_shares_of_area() -> None:
    left = hard_mask(Region("left"), 10, 20)
    boxes = torch.tensor([[0.0, 0, 10, 10], [5, 0, 15, 10], [10, 0, 20, 10], [-10, 0, 10, 10]])
    torch.testing.assert_close(overlaps(left, boxes), torch.tensor([1.0, 0.5, 0.0, 0.5]))


def test_turned_windows_are_measured_too() -> None:
    left = hard_mask(Region("left"), 32, 32)
    turned = torch.tensor([[0.0, -8, 16], [8, 0, 16], [0, 0, 1]])  # a quarter, about the middle
    beside = torch.tensor([[4.0, 0, 8], [0, 4, 16], [0, 0, 1]])
    found = warped_overlaps(left, torch.stack([turned, beside])[None])
    torch.testing.assert_close(found, torch.tensor([[0.5, 1.0]]), atol=0.03, rtol=0)


def test_a_window_across_the_edge_of_a_seamless_image_sees_its_other_end() -> None:
    left = hard_mask(Region("left"), 8, 8)
    tiled, shift = tiles(left, "x")
    boxes = torch.tensor([[-4.0, 0, 4, 8], [4, 0, 12, 8]]) + torch.tensor(shift)
    torch.testing.assert_close(overlaps(tiled, boxes), torch.tensor([0.5, 0.5]))


def test_every_side_is_its_half_and_everything_else_the_other() -> None:
    left, right = hard_mask(Region("left"), 4, 6), hard_mask(Region("right"), 4, 6)
    assert left[:, :3].eq(1).all()
    assert torch.equal(left + right, torch.ones(4, 6))
    assert torch.equal(hard_mask(Region("left", inverted=True), 4, 6), right)
    corner = hard_mask(Region("bottom right"), 4, 6)
    assert torch.equal(corner, right * hard_mask(Region("bottom"), 4, 6))


def test_a_pixel_partly_in_a_rectangle_counts_in_part() -> None:
    mask = hard_mask(read_region([0, 0, 30, 100]), 2, 5)
    torch.testing.assert_close(mask[0], torch.tensor([1.0, 0.5, 0, 0, 0]))


def test_a_soft_edge_is_a_ramp_about_the_hard_one() -> None:
    mask = soft_mask(Region("left", feather=20), 40, 40)[20]  # 8 pixels
    assert mask[:15].eq(1).all()
    assert mask[25:].eq(0).all()
    torch.testing.assert_close(mask[16:24] + mask[16:24].flip(0), torch.ones(8))
    assert (mask[15:25].diff() < 0).all()


def test_a_widened_mask_keeps_all_and_falls_outside() -> None:
    mask = hard_mask(Region("left"), 20, 20)
    wide = widened(mask, 4)[10]
    assert wide[:10].eq(1).all()
    assert (wide[9:14].diff() < 0).all()
    assert wide[14:].eq(0).all()


def test_the_box_of_a_region_holds_it() -> None:
    assert box_of(soft_mask(Region("right"), 16, 20)) == (10, 0, 20, 16)
    assert box_of(hard_mask(read_region("25%,50%,75%,100%"), 16, 20)) == (5, 8, 15, 16)


def test_a_mask_is_fitted_like_a_picture(tmp_path: Path) -> None:
    picture = Image.new("L", (40, 20), 0)
    picture.paste(255, (20, 0, 40, 20))
    picture.save(tmp_path / "mask.png")
    mask = read_mask(tmp_path / "mask.png", 10, 10)
    assert mask.shape == (10, 10)
    assert mask[:, :4].lt(0.1).all()
    assert mask[:, 6:].gt(0.9).all()


@pytest.mark.parametrize(
    ("color", "part"),
    [((0, 0, 0), "dark everywhere"), ((255,) * 3, "white everywhere"), ((200, 0, 0), "in color")],
)
def test_a_mask_that_marks_nothing_is_refused(tmp_path: Path, color, part) -> None:
    Image.new("RGB", (8, 8), color).save(tmp_path / "mask.png")
    with pytest.raises(ImageError, match=part):
        read_mask(tmp_path / "mask.png", 8, 8)
