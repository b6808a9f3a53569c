"""Recoloring: the colors of a start are fitted to the prompts as a whole, before anything moves.

An affine map of colors takes up to four colors to any other four and bends no edge (for transfer of
color between pictures: Reinhard et al. 2001, IEEE CG&A 21(5)). Its twelve numbers follow the
guidance in a few steps where the latent, cell by cell, would need the whole run: a yellow guitar on
black stands on blue before the run begins, and the run keeps its outlines.
"""

from __future__ import annotations

from itertools import permutations

import torch
from torch import Tensor

from vqclip.engine.gradients import clamp_with_grad, leaf, pass_on
from vqclip.engine.guidance import Guidance
from vqclip.models.eager import eager
from vqclip.models.protocols import Generator
from vqclip.randomness import Streams

CUTOUTS = 4
"""Per image and step; of the whole picture, which is what a color map changes."""
RATE = 0.08
"""Learning rate at the first step, falling to 0; colors are in [0, 1]."""
BETAS = (0.8, 0.95)
MIDDLE = 0.5
"""The color that the linear part leaves alone."""


def recolor(
    generator: Generator, guidance: Guidance, base: Tensor, streams: Streams, *, steps: int
) -> Tensor:
    """Fit the colors of B starts to their prompts.

    Args:
        generator: decodes the starts and encodes the result.
        guidance: of the B images, whose overviews alone are looked at.
        base: where their latents start (B, D, h, w).
        streams: of the B images.
        steps: of the fit; each costs the guidance and no decoder, as do the twelve ways to exchange
            or invert the channels, of which the best comes first.

    Returns:
        latents (B, D, h, w); `base` itself for no steps.
    """
    if steps == 0:
        return base
    whole = guidance.overviews(CUTOUTS)
    with torch.no_grad():
        images = generator.decode(generator.quantize(base)).float().clamp(0, 1)  # (B, 3, H, W)
    shift = torch.zeros(len(base), 3, 1, device=base.device)
    linear = _first(whole, images, shift, streams).requires_grad_(True)
    shift.requires_grad_(True)
    optimizer = eager(torch.optim.Adam)([linear, shift], betas=BETAS)
    for step in range(steps):
        mapped = clamp_with_grad(_mapped(images, linear, shift))
        seen = leaf(mapped)
        whole.gather(seen, streams, progress=0.0)
        optimizer.zero_grad()
        pass_on((seen, mapped))
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.step()
    with torch.no_grad():
        return generator.encode(_mapped(images, linear, shift).clamp(0, 1))


def _first(guidance: Guidance, images: Tensor, shift: Tensor, streams: Streams) -> Tensor:
    """Return the best of the twelve ways to exchange or invert the channels, for each image.

    The fit is local, and no small change of yellow is nearer to purple.
    """
    orders = torch.tensor(list(permutations(range(3))))
    turns = torch.eye(3, device=images.device)[orders]  # (6, 3, 3)
    ways = torch.cat([turns, -turns])
    versions = [_mapped(images, way.expand(len(images), 3, 3), shift) for way in ways]
    return ways[guidance.compare(versions, streams, progress=0.0).argmin(dim=0)]


def _mapped(images: Tensor, linear: Tensor, shift: Tensor) -> Tensor:
    """Map the colors of images (B, 3, H, W) by matrices (B, 3, 3) and shifts (B, 3, 1)."""
    flat = images.flatten(2) - MIDDLE  # (B, 3, H·W)
    return (linear @ flat + shift + MIDDLE).view_as(images)
