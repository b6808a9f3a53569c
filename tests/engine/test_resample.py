"""Resampling of many windows, against torch's own anti-aliased resize."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import PADDINGS
from vqclip.engine.resample import (
    interpolation_matrices,
    sample_boxes,
    sample_warps,
    upsampling_matrix,
)

BOX = torch.tensor([[[8.0, 4.0, 24.0, 20.0]]]).expand(2, 1, 4)


@pytest.fixture
def images() -> Tensor:
    """Soft noise (2, 3, 24, 40)."""
    noise = torch.rand(2, 3, 6, 10, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (24, 40), mode="bilinear", align_corners=False)


@pytest.mark.parametrize("padding", PADDINGS)
def test_inner_windows_equal_an_antialiased_resize_of_the_crop(images, padding) -> None:
    found = sample_boxes(images, BOX, size=8, padding=padding)[:, 0]
    crop = images[:, :, 4:20, 8:24]
    expected = F.interpolate(crop, (8, 8), mode="bilinear", antialias=True, align_corners=False)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])


def test_a_mirrored_window_is_mirrored(images) -> None:
    found = sample_boxes(images, BOX[..., [2, 1, 0, 3]], size=8, padding="edge")
    expected = sample_boxes(images, BOX, size=8, padding="edge")
    torch.testing.assert_close(found.flip(-1), expected)


@pytest.mark.parametrize(
    ("padding", "left"), [("edge", [0, 0, 0]), ("reflect", [2, 1, 0]), ("gray", [0.5, 0.5, 0.5])]
)
def test_what_lies_outside_is_padding(padding, left) -> None:
    columns = torch.arange(4.0).expand(1, 3, 4, 4)
    box = torch.tensor([[[-3.0, 0.0, 1.0, 4.0]]])
    found = sample_boxes(columns, box, size=4, padding=padding)[0, 0, 0]
    assert found[0].tolist() == pytest.approx([*left, 0])


@pytest.mark.parametrize("padding", PADDINGS)
def test_rows_of_the_matrices(padding) -> None:
    matrix = interpolation_matrices(
        torch.tensor([-30.0, 3.0]), torch.tensor([30.0, 9.0]), length=16, size=5, padding=padding
    )
    sums = matrix.sum(dim=-1)
    torch.testing.assert_close(sums[1], torch.ones(5))
    if padding == "gray":
        assert sums[0, 0] == 0
    else:
        torch.testing.assert_close(sums[0], torch.ones(5))


@pytest.mark.parametrize("padding", PADDINGS)
def test_warps_agree_with_boxes_where_both_apply(padding) -> None:
    y, x = torch.meshgrid(torch.linspace(0, 1, 32), torch.linspace(0, 1, 32), indexing="ij")
    image = torch.stack([x, y, (x + y) / 2])[None]
    box = torch.tensor([[[4.0, 4.0, 28.0, 28.0]]])
    warp = torch.tensor([[[[12.0, 0, 16], [0, 12.0, 16], [0, 0, 1]]]])
    by_box = sample_boxes(image, box, size=8, padding=padding)
    by_warp = sample_warps(image, warp, size=8, padding=padding)
    torch.testing.assert_close(by_warp, by_box, atol=0.02, rtol=0)


@pytest.mark.parametrize("side", [64, 68, 72, 100])
def test_warps_agree_on_every_level_of_the_pyramid(side) -> None:
    image = (torch.arange(side) / side).expand(1, 3, side, side)
    box = torch.tensor([[[0.0, 0.0, side, side]]])
    warp = torch.tensor([[[[side / 2, 0, side / 2], [0, side / 2, side / 2], [0, 0, 1]]]])
    by_box = sample_boxes(image, box, size=4, padding="edge")
    by_warp = sample_warps(image, warp, size=4, padding="edge")
    torch.testing.assert_close(by_warp, by_box, atol=0.03, rtol=0)


def test_an_axis_is_stretched_evenly() -> None:
    matrix = upsampling_matrix(2, 4, torch.zeros(1))
    torch.testing.assert_close(matrix @ torch.tensor([0.0, 1.0]), torch.tensor([0, 0.25, 0.75, 1]))
    assert torch.equal(upsampling_matrix(3, 3, torch.zeros(1)), torch.eye(3))
