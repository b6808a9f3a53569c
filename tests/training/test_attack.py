"""Adversarial pictures: the loss rises, and every picture stays in its ball."""

from __future__ import annotations

import pytest
import torch

from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack

IMAGES = torch.rand(4, 3, 8, 8, generator=stream(0, "images"))
WANTED = torch.rand(4, 3, 8, 8, generator=stream(0, "wanted"))


def loss(seen: torch.Tensor) -> torch.Tensor:
    return (seen - WANTED).square().sum()


def test_an_attack_climbs_to_the_edge_of_its_ball() -> None:
    moved = attack(loss, IMAGES, radius=0.5, steps=3, generator=stream(0, "attack"))
    lengths = (moved - IMAGES).flatten(1).norm(dim=1)
    torch.testing.assert_close(lengths, torch.full((4,), 0.5), atol=1e-3, rtol=0)
    assert loss(moved) > loss(IMAGES)


def test_every_picture_has_its_own_radius() -> None:
    radii = torch.tensor([0.1, 0.2, 0.3, 0.4]).view(4, 1, 1, 1)
    moved = attack(loss, IMAGES, radius=radii, steps=2, generator=stream(0, "attack"))
    lengths = (moved - IMAGES).flatten(1).norm(dim=1)
    torch.testing.assert_close(lengths, radii.flatten(), atol=1e-3, rtol=0)


def test_an_attack_finds_the_worst_point_of_a_ball() -> None:
    """Of a linear loss the worst change is along its gradient."""
    direction = torch.randn(3, 8, 8, generator=stream(0, "direction"))
    moved = attack(
        lambda seen: (seen * direction).sum(), IMAGES, radius=1.0, steps=8, generator=stream(0, "a")
    )
    gained = ((moved - IMAGES) * direction).flatten(1).sum(dim=1) / direction.norm()
    assert gained.tolist() == pytest.approx([1.0] * 4, abs=0.03)


def test_a_seed_gives_one_attack() -> None:
    first, again, other = (
        attack(loss, IMAGES, radius=0.5, steps=1, generator=stream(seed, "attack"))
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
