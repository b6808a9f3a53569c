"""A start without a seam: near the edges, a picture passes into its own middle."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from vqclip.engine.starts.start import Start
from vqclip.models.protocols import Generator

MARGIN = 0.25
"""Share of a side, at each of its ends, over which the picture passes into its middle."""


def joined(images: Tensor, wrap: str) -> Tensor:
    """Make opposite edges of images (B, 3, H, W) fit along some axes, `x`, `y` or `xy`.

    The image is faded into the same image moved by half a side, whose edges are its middle.
    """
    for dim, axis in ((-1, "x"), (-2, "y")):
        if axis in wrap:
            length = images.shape[dim]
            place = torch.arange(length, device=images.device, dtype=images.dtype) + 0.5
            edge = torch.minimum(place, length - place) / (MARGIN * length)
            share = edge.clamp(0, 1).mul(torch.pi / 2).sin().square()
            share = share.view(-1, *[1] * (-1 - dim))  # 1 in the middle, 0 at the edges
            images = share * images + (1 - share) * images.roll(length // 2, dims=dim)
    return images


def without_seam(generator: Generator, start: Start, wrap: str) -> Start:
    """Return a start whose edges fit each other along some axes.

    Args:
        generator: decodes the start and encodes the result, seamless itself.
        start: any start; one that wraps already stays as it is.
        wrap: axes, `x`, `y` or `xy`; none: the start as it is.
    """
    if not wrap or start.wraps:
        return start
    images = generator.decode(generator.quantize(start.latent)).float().clamp(0, 1)
    return replace(start, latent=generator.encode(joined(images, wrap)), wraps=True)
