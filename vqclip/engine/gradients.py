"""The two custom gradients of the method: straight-through and clamping."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, forward: Tensor, backward: Tensor) -> Tensor:
        return forward.view_as(forward)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[None, Tensor]:
        return None, grads[0]


class _ClampWithGrad(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, low: float, high: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.low, ctx.high = low, high
        return x.clamp(low, high)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        # A descent step moves against the gradient: keep it where x is inside, or would come back.
        leads_back = grads[0] * (x - x.clamp(ctx.low, ctx.high)) >= 0
        return grads[0] * leads_back, None, None


def straight_through(forward: Tensor, backward: Tensor) -> Tensor:
    """Return the value of `forward` with the gradient of `backward` (same shape).

    Source: Bengio et al. 2013, arXiv:1308.3432; used for the quantised latent by VQ-VAE.
    """
    result: Tensor = _StraightThrough.apply(forward.detach(), backward)
    return result


def clamp_with_grad(x: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Clamp `x` to [low, high]; outside, pass only gradients whose descent leads back inside.

    Source: `ClampWithGrad` of Crowson et al. 2022, arXiv:2204.08583.
    """
    result: Tensor = _ClampWithGrad.apply(x, low, high)
    return result
