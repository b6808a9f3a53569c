"""How a VQGAN begins with what a smaller one has learned."""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

from vqclip.models.taming import TamingVQGAN


def grow(vqgan: TamingVQGAN, smaller: TamingVQGAN) -> None:
    """Copy the layers of another VQGAN whose names and shapes fit, but not its codes.

    Taming numbers its resolutions from the picture inwards, so the outer ones fit a deeper network.
    """
    _copy(vqgan, {n: t for n, t in smaller.state_dict().items() if not n.startswith("quantize.")})


@torch.no_grad()
def widen(vqgan: TamingVQGAN, smaller: TamingVQGAN) -> None:
    """Begin as a VQGAN of the same codes that draws at half the size, or at the same.

    The codes and all layers that fit are copied; what belongs to the added resolution leaves its
    input as it is. So the new decoder draws what the other does, each pixel four times, and the new
    encoder averages each four.
    """
    added = (vqgan.factor // smaller.factor).bit_length() - 1
    _copy(vqgan, {_inwards(name, added): t for name, t in smaller.state_dict().items()})
    for level in range(added):
        for block in (*vqgan.encoder.down[level].block, *vqgan.decoder.up[level].block):
            block.conv2.weight.zero_()
            block.conv2.bias.zero_()
        _pass_on(vqgan.encoder.down[level].downsample.conv, rows=slice(0, 2))
        _pass_on(vqgan.decoder.up[level + 1].upsample.conv, rows=slice(1, 2))


def _copy(vqgan: TamingVQGAN, sources: dict[str, Tensor]) -> None:
    for name, tensor in vqgan.state_dict().items():
        source = sources.get(name)
        if source is not None and source.shape == tensor.shape:
            tensor.copy_(source)


def _inwards(name: str, added: int) -> str:
    """Return the name of a layer where `added` resolutions lie outside."""
    return re.sub(
        r"^(encoder\.down|decoder\.up)\.(\d+)\.",
        lambda match: f"{match[1]}.{int(match[2]) + added}.",
        name,
    )


def _pass_on(conv: nn.Conv2d, rows: slice) -> None:
    """Let a convolution of 3 x 3 return the mean of its input at some rows and columns."""
    conv.weight.zero_()
    for channel in range(conv.out_channels):
        cells = conv.weight[channel, channel, rows, rows]
        cells.fill_(1 / cells.numel())
    if conv.bias is not None:
        conv.bias.zero_()
