"""Generators of seamless pictures: every convolution takes what it lacks from the other edge.

Attention has no positions and group normalisation no places, so they wrap already: with these
convolutions, a latent that is rolled decodes to the picture rolled along.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.models.protocols import Generator
from vqclip.models.taming import Downsample


class SeamlessConv(nn.Module):
    """A convolution whose padding, along some axes, is the other edge of what it sees.

    Args:
        inner: the convolution, with its weights.
        wrap: axes, `x`, `y` or `xy`.
    """

    def __init__(self, inner: nn.Conv2d, wrap: str) -> None:
        super().__init__()
        self.inner, self.wrap = inner, wrap

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (B, C, H, W)."""
        inner = self.inner
        down, across = (int(side) for side in inner.padding)
        x = wrapped(x, (across, across, down, down), self.wrap)
        left = (0 if "y" in self.wrap else down, 0 if "x" in self.wrap else across)
        return F.conv2d(x, inner.weight, inner.bias, inner.stride, left, inner.dilation)


class SeamlessDownsample(nn.Module):
    """Taming's downsampling, which lacks a pixel at the right and at the bottom."""

    def __init__(self, inner: nn.Module, wrap: str) -> None:
        super().__init__()
        self.conv, self.wrap = inner.get_submodule("conv"), wrap

    def forward(self, x: Tensor) -> Tensor:
        """Halve the sides of (B, C, H, W)."""
        x = wrapped(x, (0, 1, 0, 1), self.wrap)
        x = F.pad(x, (0, int("x" not in self.wrap), 0, int("y" not in self.wrap)))
        result: Tensor = self.conv(x)
        return result


def wrapped(x: Tensor, margins: tuple[int, int, int, int], wrap: str) -> Tensor:
    """Add to x (B, C, H, W) margins (left, right, top, bottom) that lie at its other edge."""
    left, right, top, bottom = margins
    if "x" in wrap:
        x = torch.cat([x[..., x.shape[-1] - left :], x, x[..., :right]], dim=-1)
    if "y" in wrap:
        x = torch.cat([x[..., x.shape[-2] - top :, :], x, x[..., :bottom, :]], dim=-2)
    return x


def seamless(generator: Generator, wrap: str) -> Generator:
    """Return a generator with the same weights whose pictures go on at their other edges.

    Args:
        generator: a module of convolutions, attention and normalisations; it stays as it is.
        wrap: axes, `x`, `y` or `xy`; none: the generator itself.

    Raises:
        ValueError: the generator is no such module.
    """
    if not wrap:
        return generator
    if not isinstance(generator, nn.Module):
        raise ValueError("a generator that is not a module cannot be made seamless")
    shared = {id(weight): weight for weight in [*generator.parameters(), *generator.buffers()]}
    copy = deepcopy(generator, shared)
    _replace(copy, wrap)
    return copy


def _replace(module: nn.Module, wrap: str) -> None:
    for name, child in module.named_children():
        if isinstance(child, Downsample) and child.with_conv:
            setattr(module, name, SeamlessDownsample(child, wrap))
        elif isinstance(child, nn.Conv2d) and any(child.padding):
            setattr(module, name, SeamlessConv(child, wrap))
        else:
            _replace(child, wrap)
