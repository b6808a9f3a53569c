"""The codebook in training."""

from __future__ import annotations

import torch

from vqclip.randomness import stream
from vqclip.training.generator.codebook import MovingCodebook, disturb, k_means, neighbors


def test_k_means_finds_points_that_are_apart() -> None:
    generator = stream(0, "points")
    points = torch.randint(-9, 10, (8, 3), generator=generator).float() * 10
    tokens = points.repeat(20, 1) + 0.01 * torch.randn(160, 3, generator=generator)
    centers = k_means(tokens, 8, generator)
    assert torch.cdist(points, centers).min(dim=1).values.max() < 0.02


def test_k_means_with_more_centers_than_points_stays_on_them() -> None:
    tokens = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).repeat(4, 1)
    centers = k_means(tokens, 5, stream(0, "points"))
    assert centers.shape == (5, 2)
    assert torch.cdist(centers, tokens).min(dim=1).values.max() == 0


def test_codes_move_to_the_mean_of_their_tokens() -> None:
    codes = torch.tensor([[0.0], [10.0]])
    moving = MovingCodebook(codes, decay=0.9)
    tokens, indices = torch.tensor([[2.0], [4.0], [10.0]]), torch.tensor([0, 0, 1])
    for _ in range(200):
        moving.update(tokens, indices)
    assert torch.allclose(codes, torch.tensor([[3.0], [10.0]]), atol=1e-4)


def test_dead_codes_move_to_tokens_and_living_ones_stay() -> None:
    codes = torch.tensor([[0.0], [100.0]])
    moving = MovingCodebook(codes, decay=0.5)
    tokens = torch.tensor([[1.0], [1.0]])
    for _ in range(12):
        moving.update(tokens, torch.tensor([0, 0]))
    assert moving.revive(tokens, stream(0, "revive")) == 1
    assert codes[1].item() == 1
    assert moving.revive(tokens, stream(0, "revive")) == 0


def test_disturbed_codes_are_neighbors_and_as_many_as_asked() -> None:
    codebook = torch.arange(10.0)[:, None]
    near = neighbors(codebook, 2)
    assert sorted(near[5].tolist()) == [4, 6]
    indices = torch.full((2, 4000), 5)
    changed = disturb(indices, near, torch.tensor([0.0, 0.25]), stream(0, "disturb"))
    assert torch.equal(changed[0], indices[0])
    assert set(changed[1].tolist()) == {4, 5, 6}
    assert 0.2 < (changed[1] != 5).float().mean() < 0.3
