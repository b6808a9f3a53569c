"""How a VQGAN begins with what a smaller one has learned."""

from __future__ import annotations

import re
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.files.images import to_signed
from vqclip.models.taming import TamingVQGAN

THINNED = 5
"""One pixel in so many counts for the fit; odd, so that all places between old pixels occur."""
RIDGE = 1e-5
"""Ridge of the fit of the last layer, relative to the mean square of what it sees."""


def grow(vqgan: TamingVQGAN, smaller: TamingVQGAN) -> None:
    """Copy the layers of another VQGAN whose names and shapes fit, but not its codes.

    Taming numbers its resolutions from the picture inwards, so the outer ones fit a deeper network.
    """
    _copy(vqgan, {n: t for n, t in smaller.state_dict().items() if not n.startswith("quantize.")})


@torch.no_grad()
def widen(vqgan: TamingVQGAN, smaller: TamingVQGAN) -> None:
    """Begin as a VQGAN of the same codes that draws at half the size, or at the same.

    The codes and all layers that fit are copied; what belongs to the added resolution leaves its
    input as it is, but for the size: the new decoder has the features of the other before its last
    layer (`fit_output`), interpolated, and the new encoder the means of each four pixels.
    """
    added = (vqgan.factor // smaller.factor).bit_length() - 1
    _copy(vqgan, {_inwards(name, added): t for name, t in smaller.state_dict().items()})
    for level in range(added):
        for block in (*vqgan.encoder.down[level].block, *vqgan.decoder.up[level].block):
            block.conv2.weight.zero_()
            block.conv2.bias.zero_()
        _pass_on(vqgan.encoder.down[level].downsample.conv, [1, 1, 0])
        _pass_on(vqgan.decoder.up[level + 1].upsample.conv, [1, 2, 1])


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


def _pass_on(conv: nn.Conv2d, weights: list[float]) -> None:
    """Let a convolution of 3 x 3 return weighted means of its input, channel by channel."""
    row = torch.tensor(weights).to(conv.weight)
    conv.weight.zero_()
    for channel in range(conv.out_channels):
        conv.weight[channel, channel] = row[:, None] * row / row.sum().square()
    if conv.bias is not None:
        conv.bias.zero_()


@torch.no_grad()
def fit_output(vqgan: TamingVQGAN, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Fit the decoder's last layer to pictures by least squares, with a little ridge.

    Where a resolution was added, the layer sees other neighborhoods than it has learned from.

    Args:
        vqgan: whose last layer is fitted.
        batches: latents (B, D, h, w), and the images (B, 3, H, W) in [0, 1] that they mean.
    """
    last, seen = vqgan.decoder.conv_out, list[Tensor]()
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    size = last.weight[0].numel() + 1  # of the weights of a color, and its bias
    products = torch.zeros(size + 3, size + 3, dtype=torch.float64, device=last.weight.device)
    for latents, images in batches:
        seen.clear()
        vqgan.decode(latents)
        for features, image in zip(seen[0].float(), to_signed(images), strict=True):
            rows = F.unfold(features[None], 3, padding=1)[0]  # (C·9, H·W)
            rows = torch.cat([rows, torch.ones_like(rows[:1]), image.flatten(1)])
            rows = rows[:, ::THINNED].double()
            products += rows @ rows.T / rows.shape[1]
    hook.remove()
    squares, mixed = products[:size, :size], products[:size, size:]
    ridge = RIDGE * squares.diagonal().mean() * torch.eye(size).to(squares)
    solution = torch.linalg.solve(squares + ridge, mixed).T.to(last.weight)  # (3, C·9 + 1)
    last.weight.copy_(solution[:, :-1].view_as(last.weight))
    last.bias.copy_(solution[:, -1])
