"""What a picture is optimised for: distance to the prompts, and regularisers of image and latent.

Every function returns one number per image, (B,), so that images in a batch stay independent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.engine.augment import LUMA
from vqclip.engine.dithering import nearest_color
from vqclip.engine.gradients import gather
from vqclip.models.protocols import LatentUnits

LEAST_MOVE = 0.02
"""Length of a move between unit vectors below which its direction is mostly noise."""
MARGIN = 0.05
"""Share of a side that is its margin."""
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


def directional_distance(moves: Tensor, direction: Tensor) -> Tensor:
    """Return 1 minus the cosine of moves (..., E) to a unit vector (..., E): 0 to 2.

    Source: the directional loss of StyleGAN-NADA (Gal et al. 2021, arXiv:2108.00946). A move that
    is shorter than `LEAST_MOVE` counts by its length, so that the gradient is finite at the start.
    """
    return 1 - (F.normalize(moves, dim=-1, eps=LEAST_MOVE) * direction).sum(dim=-1)


def prompt_losses(
    embeddings: Tensor,
    targets: Tensor,
    weights: Tensor,
    stops: Tensor,
    *,
    shares: Tensor | None = None,
    reference: Tensor | None = None,
) -> Tensor:
    """Return the weighted mean distance of cutouts to each prompt.

    A negative weight pushes away. A cutout whose signed distance is below a prompt's `stop` keeps
    its value but has no gradient.

    Args:
        embeddings: unit vectors of the cutouts (B, n, E).
        targets: unit vectors of the prompts (B, P, E).
        weights: (B, P).
        stops: (B, P); -inf never stops.
        shares: what every cutout counts (B, n); None: all count 1.
        reference: unit vectors of the same cutouts of another picture (B, n, E), from which the
            targets are directions; None: the targets are where to be.

    Returns:
        (B, P).
    """
    if reference is None:
        distance = spherical_distance(embeddings[:, :, None], targets[:, None])  # (B, n, P)
    else:
        moves = (embeddings - reference)[:, :, None]  # (B, n, 1, E)
        distance = directional_distance(moves, targets[:, None])
    signed = distance * weights.sign()[:, None]
    going_on = signed >= stops[:, None]
    signed = torch.where(going_on, signed, signed.detach())
    if shares is not None:
        signed = signed * shares[..., None]
    return signed.mean(dim=1) * weights.abs()


@dataclass(frozen=True)
class Sample:
    """B images with their latents, as regularisers see them.

    Attributes:
        images: (B, 3, H, W) in [0, 1].
        z: their latents (B, D, h, w), not quantised.
        start: where the latents started, same shape.
        units: of the latents.
        colors: of the palette (K, 3), in [0, 1], if there is one.
    """

    images: Tensor
    z: Tensor
    start: Tensor
    units: LatentUnits
    colors: Tensor | None = None


def total_variation(sample: Sample) -> Tensor:
    """Against noise: the mean squared difference of neighbouring pixels."""
    down, right = sample.images.diff(dim=-2), sample.images.diff(dim=-1)
    return down.square().mean(dim=(1, 2, 3)) + right.square().mean(dim=(1, 2, 3))


def smoothness(sample: Sample) -> Tensor:
    """For flat areas with sharp edges: the mean length of the gradient of the images."""
    down = sample.images.diff(dim=-2)[..., :-1]
    right = sample.images.diff(dim=-1)[..., :-1, :]
    return (down.square() + right.square() + 1e-8).sqrt().mean(dim=(1, 2, 3))


def saturation(sample: Sample) -> Tensor:
    """For colorful pictures: minus the colorfulness.

    Source: Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images".
    """
    red, green, blue = sample.images.flatten(2).unbind(dim=1)  # each (B, H·W)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = (red_green.var(dim=1) + yellow_blue.var(dim=1) + 1e-8).sqrt()
    offset = (red_green.mean(dim=1).square() + yellow_blue.mean(dim=1).square() + 1e-8).sqrt()
    return -(spread + 0.3 * offset)


def palette(sample: Sample) -> Tensor:
    """Towards the colors of a palette: the mean distance to the nearest of them.

    Source: `PaletteLoss` of pixray, there over cutouts.
    """
    if sample.colors is None:
        raise ValueError("there is no palette")
    near = nearest_color(sample.images.detach(), sample.colors)
    return ((sample.images - near).square().sum(dim=1) + 1e-8).sqrt().mean(dim=(1, 2))


def contrast(sample: Sample) -> Tensor:
    """For light and dark: minus the standard deviation of the brightness."""
    return -(_brightness(sample.images).flatten(1).var(dim=1) + 1e-8).sqrt()


def edges(sample: Sample) -> Tensor:
    """Towards white margins: the mean squared distance of the outermost 5 % of each side.

    Source: `EdgeLoss` of pixray, without its pull of the whole picture.
    """
    height, width = sample.images.shape[-2:]
    down, across = max(1, round(MARGIN * height)), max(1, round(MARGIN * width))
    inner = torch.zeros_like(sample.images[0, 0])
    inner[down : height - down, across : width - across] = 1
    outer = 1 - inner
    missing = (1 - sample.images).square() * outer
    return missing.sum(dim=(1, 2, 3)) / (3 * outer.sum())


def symmetry(sample: Sample) -> Tensor:
    """Towards left and right alike: the mean squared difference to the mirrored image.

    Source: `SymmetryLoss` of pixray.
    """
    return (sample.images - sample.images.flip(-1)).square().mean(dim=(1, 2, 3))


def _brightness(images: Tensor) -> Tensor:
    """Return the brightness (B, H, W) of images (B, 3, H, W)."""
    luma = torch.tensor(LUMA, device=images.device, dtype=images.dtype).view(3, 1, 1)
    return (images * luma).sum(dim=1)


def latent_shrink(sample: Sample) -> Tensor:
    """Pull towards the mean of the latents."""
    return latent_distance(sample.z, sample.units.mean, sample.units.deviation)


def keep_init(sample: Sample) -> Tensor:
    """Pull towards the start."""
    return latent_distance(sample.z, sample.start, sample.units.deviation)


def latent_distance(z: Tensor, anchor: Tensor, deviation: Tensor) -> Tensor:
    """Return the mean squared distance of latents to an anchor, in standard deviations.

    Args:
        z: (B, D, h, w).
        anchor: broadcast to z.
        deviation: standard deviation of the latent, (1, D, 1, 1).
    """
    return ((z - anchor) / deviation).square().mean(dim=(1, 2, 3))


TERMS: dict[str, Callable[[Sample], Tensor]] = {
    "total_variation": total_variation,
    "smoothness": smoothness,
    "saturation": saturation,
    "latent_shrink": latent_shrink,
    "palette": palette,
    "contrast": contrast,
    "edges": edges,
    "symmetry": symmetry,
    "keep_init": keep_init,
}
"""Regularisers by the names of their weights in the configuration; each returns (B,)."""


def regularise(
    sample: Sample, weights: Mapping[str, Callable[[float], float]], *, progress: float
) -> dict[str, Tensor]:
    """Add the gradient of regularisers to `grad` of a sample's images and z; return their values.

    Args:
        sample: its images and z are leaves that require gradients.
        weights: name of a term -> its weight at a fraction of the run.
        progress: fraction of the run in [0, 1].

    Returns:
        name -> weighted values (B,), without gradients.
    """
    terms = {name: TERMS[name](sample) * weight(progress) for name, weight in weights.items()}
    if terms:
        gather(torch.stack([*terms.values()]).sum(), sample.images, sample.z)
    return {name: values.detach() for name, values in terms.items()}
