"""Augmentations of cutouts, one by one."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from vqclip.config.values import Augmentation
from vqclip.engine import augment
from vqclip.engine.augment import GEOMETRY, Draws
from vqclip.randomness import Streams, stream


def draws_of(*values: float, count: int = 3, applied: float = 1.0) -> Draws:
    """The same numbers, and then 0.5, for `count` cutouts of one image."""
    row = torch.tensor([*values, *[0.5] * (8 - len(values))])
    return Draws(torch.full((1, count), applied), row.expand(1, count, 8))


@pytest.fixture
def cutouts() -> Tensor:
    return torch.rand(1, 3, 3, 40, 40, generator=torch.Generator().manual_seed(0))


def test_numbers_are_drawn_for_every_cutout() -> None:
    streams = Streams([stream(0, "cutouts"), stream(1, "cutouts")])
    draws = augment.draw(Augmentation("flip", probability=0.25), streams, count=2000)
    assert draws.values.shape == (2, 2000, 8)
    assert draws.applied.unique().tolist() == [0, 1]
    # Four standard deviations of a mean of 2000.
    torch.testing.assert_close(draws.applied.mean(dim=1), torch.full((2,), 0.25), atol=0.04, rtol=0)
    assert draws.part(slice(3, 5)).values.shape == (2, 2, 8)


def test_flipping_mirrors_left_and_right() -> None:
    (matrix,) = augment.flip(draws_of(count=1), 0.5)[0]
    assert (matrix @ torch.tensor([0.3, 0.6, 1.0])).tolist() == pytest.approx([-0.3, 0.6, 1.0])


def test_affine_turns_by_up_to_an_eighth_of_a_turn() -> None:
    (matrix,) = augment.affine(draws_of(1, 0, 0, 0, 0, count=1), 1.0)[0]
    half = math.sqrt(0.5)
    expected = torch.tensor([[half, -half, 0], [half, half, 0], [0, 0, 1]])
    torch.testing.assert_close(matrix, expected)


def test_perspective_shrinks_the_far_side() -> None:
    (matrix,) = augment.perspective(draws_of(1, 0, count=1), 1.0)[0]
    near, far = (1 / (matrix @ torch.tensor([x, 0.0, 1.0]))[2] for x in (-1.0, 1.0))
    assert (near / far).item() == pytest.approx(2)  # 1 + strength


def test_geometry_composes_to_homographies() -> None:
    augmentations = [Augmentation(name) for name in GEOMETRY]
    total = augment.compose_geometry(augmentations, [draws_of()] * 3)
    assert total is not None
    parts = [GEOMETRY[one.name](draws_of(), one.strength) for one in augmentations]
    torch.testing.assert_close(total, parts[0] @ parts[1] @ parts[2])
    assert augment.compose_geometry([Augmentation("noise")], [draws_of()]) is None


def test_grayscale_leaves_no_color_and_hue_leaves_gray(cutouts) -> None:
    gray = augment.grayscale(cutouts, draws_of(), 1.0)
    torch.testing.assert_close(gray[:, :, 0], gray[:, :, 2])
    level = torch.full((1, 3, 3, 4, 4), 0.4)
    turned = augment.jitter(level, draws_of(0, 0, 0, 1), 1.0)  # hue alone
    torch.testing.assert_close(turned, level)


def test_brightness_is_a_factor() -> None:
    level = torch.full((1, 3, 3, 4, 4), 0.4)
    brighter = augment.jitter(level, draws_of(1, 0, 0, 0), 1.0)
    torch.testing.assert_close(brighter, 1.5 * level)


def test_sharpening_keeps_a_constant_and_raises_contrast(cutouts) -> None:
    constant = torch.full((1, 3, 3, 9, 9), 0.3)
    torch.testing.assert_close(augment.sharpness(constant, draws_of(), 1.0), constant)
    assert augment.sharpness(cutouts, draws_of(1.0), 1.0).std() > cutouts.std()
    assert augment.sharpness(cutouts, draws_of(-1.0), 1.0).std() < cutouts.std()


def test_noise_has_the_drawn_deviation(cutouts) -> None:
    field = torch.randn(cutouts.shape, generator=torch.Generator().manual_seed(1))
    draws = Draws(torch.ones(1, 3), torch.zeros(1, 3, 8), field)
    found = augment.noise(cutouts, draws, 0.4) - cutouts
    assert found.std().item() == pytest.approx(0.2, rel=0.05)  # half of the largest
    with pytest.raises(ValueError, match="field"):
        augment.noise(cutouts, draws_of(), 0.4)


def test_erasing_fills_a_rectangle_with_the_mean(cutouts) -> None:
    erased = augment.erasing(cutouts, draws_of(), 1.0)
    changed = (erased != cutouts).any(dim=2)  # (1, 3, 40, 40)
    share = changed.float().mean(dim=(-2, -1))
    assert (share > 0.1).all()
    assert (share < 0.3).all()
    mean = cutouts.mean(dim=(-2, -1), keepdim=True).expand_as(cutouts)
    where = changed[:, :, None].expand_as(cutouts)
    torch.testing.assert_close(erased[where], mean[where])
