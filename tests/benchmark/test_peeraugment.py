"""The augmentations of 2021: what they leave alone, and what they must do."""

from __future__ import annotations

import pytest
import torch

from vqclip.benchmark import peeraugment as augment


@pytest.fixture
def batch() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.rand(6, 3, 16, 16)


def test_colors_survive_the_way_through_hue_and_back(batch) -> None:
    torch.testing.assert_close(augment.to_rgb(augment.to_hsv(batch)), batch, atol=1e-5, rtol=0)


def test_hues_of_pure_colors() -> None:
    pure = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]]).view(4, 3, 1, 1)
    hues = augment.to_hsv(pure)[:, 0].flatten()
    torch.testing.assert_close(hues, torch.tensor([0, 1 / 3, 2 / 3, 1 / 6]))


def test_four_points_are_taken_to_four_others() -> None:
    torch.manual_seed(0)
    source = torch.tensor(augment.CORNERS) + torch.rand(2, 4, 2) / 4
    target = torch.tensor(augment.CORNERS) + torch.rand(2, 4, 2) / 4
    points = (
        torch.cat([source, torch.ones(2, 4, 1)], dim=2) @ augment.homographies(source, target).mT
    )
    torch.testing.assert_close(points[..., :2] / points[..., 2:], target)


def test_without_strength_nothing_changes(batch) -> None:
    still = [
        augment.affine(batch, degrees=0, shift=0, shear=0, p=1),
        augment.perspective(batch, distortion=0, p=1),
        augment.jitter(batch, light=0, saturation=0, hue=0, p=1),
        augment.erase(batch, p=0),
    ]
    for found in still:
        torch.testing.assert_close(found, batch, atol=1e-4, rtol=0)


def test_one_rectangle_is_erased_in_all(batch) -> None:
    for _ in range(20):
        holes = augment.erase(batch + 0.1, p=1) == 0
        assert torch.equal(holes.all(dim=0), holes.any(dim=0))
        assert 0.05 <= holes[0, 0].float().mean() <= 0.45


def test_a_crop_holds_a_part_of_the_range(batch) -> None:
    ramp = torch.linspace(0, 1, 16).expand(6, 3, 16, 16)
    cropped = augment.resized_crop(ramp, side=8)
    spread = cropped.amax(dim=(1, 2, 3)) - cropped.amin(dim=(1, 2, 3))
    assert cropped.shape == (6, 3, 8, 8)
    assert ((spread > 0.3) & (spread < 1)).all()
