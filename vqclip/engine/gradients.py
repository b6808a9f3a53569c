"""The custom gradients of the method: straight-through, clamping, and gathering halfway."""

from __future__ import annotations

from collections.abc import Sequence
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


class _Source(torch.autograd.Function):
    """A scalar whose gradients with respect to its inputs are given."""

    @staticmethod
    def forward(ctx: Any, gradients: Sequence[Tensor], *inputs: Tensor) -> Tensor:
        ctx.gradients = gradients
        return inputs[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> tuple[Tensor | None, ...]:
        return None, *ctx.gradients


def leaf(x: Tensor) -> Tensor:
    """Return the values of `x` cut off from their graph, so that gradients are gathered there."""
    return x.detach().requires_grad_(True)


def gather(value: Tensor, *leaves: Tensor) -> None:
    """Add the gradient of a scalar to the `grad` of each leaf that it depends on."""
    gradients = torch.autograd.grad(value, leaves, allow_unused=True)
    for at, gradient in zip(leaves, gradients, strict=True):
        if gradient is not None:
            at.grad = gradient if at.grad is None else at.grad + gradient


def pass_on(*pairs: tuple[Tensor, Tensor]) -> None:
    """Pass gradients gathered at leaves on to what the leaves were cut off from, in one go.

    Args:
        pairs: a leaf, and what it was made of; a leaf without a gradient is passed over.
    """
    gathered = [(x, cut.grad) for cut, x in pairs if cut.grad is not None]
    if not gathered:
        return
    # torch.autograd.backward would compare shapes by a module that imports sympy: a second of CPU.
    source: Tensor = _Source.apply(
        [gradient for _, gradient in gathered], *(x for x, _ in gathered)
    )
    torch.autograd.backward(source)
