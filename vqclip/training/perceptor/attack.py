"""Adversarial pictures: changed as little as possible so that a perceptor errs.

The gradients of a perceptor trained on them are meaningful to people (Engstrom et al. 2019,
arXiv:1906.00945; for CLIP, Ganz and Elad 2023, arXiv:2306.16805).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def attack(
    loss: Callable[[Tensor], Tensor],
    images: Tensor,
    *,
    radius: Tensor | float,
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """Raise the loss of pictures (B, 3, S, S), staying within an L2 ball around each.

    The method is projected gradient ascent from a random point near each picture (Madry et al.
    2018, arXiv:1706.06083); its steps are long enough to cross the ball.

    Args:
        loss: loss of pictures, summed or averaged.
        images: pictures in [0, 1], the centers of the balls.
        radius: radius of the balls, a number or (B, 1, 1, 1).
        steps: number of steps.
        generator: source of the random start, on the device of the images.

    Returns:
        The changed pictures (B, 3, S, S), without a graph.
    """
    direction = torch.randn(images.shape, generator=generator, device=generator.device)
    change = _scaled(direction, radius * 0.3)
    for _ in range(steps):
        moved = (images + change).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(moved), moved)
        change = change + _scaled(gradient, radius * 1.5 / steps)
        length = _length(change)
        change = change * (radius / length.clamp(min=1e-12)).clamp(max=1)
    return (images + change).detach()


def _scaled(vectors: Tensor, length: Tensor | float) -> Tensor:
    return vectors / _length(vectors).clamp(min=1e-12) * length


def _length(vectors: Tensor) -> Tensor:
    lengths: Tensor = torch.linalg.vector_norm(vectors, dim=(1, 2, 3), keepdim=True)
    return lengths  # (B, 1, 1, 1)
