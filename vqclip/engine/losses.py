"""What a picture is optimised for: distance to the prompts, and regularisers of image and latent.

Every function returns one number per image, (B,), so that images in a batch stay independent.
"""

from __future__ import annotations

import torch
from torch import Tensor

LARGEST_HALF_CHORD = 1 - 1e-6
"""arcsin has an infinite slope at 1, where two vectors are opposite."""


def spherical_distance(u: Tensor, v: Tensor) -> Tensor:
    """Return `2 arcsin(|u - v| / 2)²` of unit vectors (..., E), with a finite gradient everywhere.

    0 for equal, π²/8 for orthogonal and about π²/2 for opposite vectors. Source: Crowson et al.
    2022, arXiv:2204.08583.
    """
    half_chord = (u - v).norm(dim=-1) / 2
    distance: Tensor = 2 * half_chord.clamp(max=LARGEST_HALF_CHORD).arcsin().pow(2)
    return distance


def prompt_losses(embeddings: Tensor, targets: Tensor, weights: Tensor, stops: Tensor) -> Tensor:
    """Return the weighted mean distance of cutouts to each prompt.

    A negative weight pushes away. A cutout whose signed distance is below a prompt's `stop` keeps
    its value but has no gradient.

    Args:
        embeddings: unit vectors of the cutouts (B, n, E).
        targets: unit vectors of the prompts (B, P, E).
        weights: (B, P).
        stops: (B, P); -inf never stops.

    Returns:
        (B, P).
    """
    distance = spherical_distance(embeddings[:, :, None], targets[:, None])  # (B, n, P)
    signed = distance * weights.sign()[:, None]
    going_on = signed >= stops[:, None]
    signed = torch.where(going_on, signed, signed.detach())
    return signed.mean(dim=1) * weights.abs()


def total_variation(images: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of images (B, C, H, W)."""
    down, right = images.diff(dim=-2), images.diff(dim=-1)
    return down.square().mean(dim=(1, 2, 3)) + right.square().mean(dim=(1, 2, 3))


def smoothness(images: Tensor) -> Tensor:
    """Return the mean length of the gradient of images (B, C, H, W): small when areas are flat."""
    down, right = images.diff(dim=-2)[..., :-1], images.diff(dim=-1)[..., :-1, :]
    return (down.square() + right.square() + 1e-8).sqrt().mean(dim=(1, 2, 3))


def saturation(images: Tensor) -> Tensor:
    """Return minus the colorfulness of RGB images (B, 3, H, W) in [0, 1].

    Source: Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images".
    """
    red, green, blue = images.flatten(2).unbind(dim=1)  # each (B, H·W)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = (red_green.var(dim=1) + yellow_blue.var(dim=1) + 1e-8).sqrt()
    offset = (red_green.mean(dim=1).square() + yellow_blue.mean(dim=1).square() + 1e-8).sqrt()
    return -(spread + 0.3 * offset)


def latent_distance(z: Tensor, anchor: Tensor, deviation: Tensor) -> Tensor:
    """Return the mean squared distance of latents to an anchor, in standard deviations.

    Args:
        z: (B, D, h, w).
        anchor: broadcast to z: the start's latent (`keep_init`) or the codebook's mean
            (`latent_shrink`).
        deviation: standard deviation of the codebook, (1, D, 1, 1).
    """
    return ((z - anchor) / deviation).square().mean(dim=(1, 2, 3))
