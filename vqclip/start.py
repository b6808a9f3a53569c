"""Where a picture starts: codes, noise of several kinds, or a picture; encoded to a latent."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.models import VQGAN
from vqclip.randomness import Streams

OCTAVES = 5
"""Layers of fractal noise, each with twice the detail and half the amplitude of the one before."""


def pixels(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) whose every value is uniform in [0, 1)."""
    return streams.uniform(3, height, width)


def gradient(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) that pass from one random color to another, at any angle."""
    ends = streams.uniform(2, 3)  # (B, 2, 3)
    angle = streams.uniform(1, low=0, high=2 * torch.pi)  # (B, 1)
    y = torch.linspace(-1, 1, height, device=ends.device).view(1, -1, 1)
    x = torch.linspace(-1, 1, width, device=ends.device).view(1, 1, -1)
    along = x * angle.cos()[..., None] + y * angle.sin()[..., None]  # (B, H, W)
    share = ((along + 1) / 2).clamp(0, 1)[:, None]  # (B, 1, H, W)
    first, second = ends[:, 0, :, None, None], ends[:, 1, :, None, None]
    return first + (second - first) * share


def fractal(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) of fractal noise: octaves from large clouds to small spots."""
    total = torch.zeros(len(streams), 3, height, width)
    for octave in range(OCTAVES):
        cells = 2 ** (octave + 1)
        drawn = streams.normal(3, cells, cells)
        total = total.to(drawn) + 0.5**octave * F.interpolate(
            drawn, size=(height, width), mode="bicubic", align_corners=False
        )
    return (0.5 + 0.2 * total).clamp(0, 1)


NOISES: dict[str, Callable[[Streams, int, int], Tensor]] = {
    "pixels": pixels,
    "gradient": gradient,
    "fractal": fractal,
}
STARTS = ("smooth", "codes", *NOISES)


@torch.no_grad()
def start_latent(
    vqgan: VQGAN,
    streams: Streams,
    *,
    kind: str,
    height: int,
    width: int,
    image: Tensor | None = None,
) -> Tensor:
    """Return the latents (B, D, H/f, W/f) that B pictures start from.

    Args:
        vqgan: encodes images and owns the codebook.
        streams: of the B images.
        kind: `smooth` (the codebook's mean), `codes` (random codes), `pixels`, `gradient` or
            `fractal`; ignored with an image.
        height: of the pictures, in pixels, a multiple of the factor.
        width: likewise.
        image: (1, 3, H, W) in [0, 1], encoded as the start of all.
    """
    codebook = vqgan.codebook
    rows, columns = height // vqgan.factor, width // vqgan.factor
    if image is not None:
        z = vqgan.encode(image.to(codebook.device))
        return z.expand(len(streams), -1, -1, -1).clone()
    if kind == "smooth":
        return codebook.mean(dim=0).view(1, -1, 1, 1).repeat(len(streams), 1, rows, columns)
    if kind == "codes":
        index = streams.integers(len(codebook), rows, columns)  # (B, h, w)
        return codebook[index].permute(0, 3, 1, 2).contiguous()  # (B, D, h, w)
    return vqgan.encode(NOISES[kind](streams, height, width))
