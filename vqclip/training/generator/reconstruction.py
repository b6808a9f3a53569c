"""Metrics of reconstructions, and sheets of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.files.images import to_signed
from vqclip.models.protocols import Perceptor

STRONG, REACH = 0.05, 6
"""Share of the pixels that are strong edges, and pixels around them where halos are looked for."""
WINDOW, DEVIATION = 11, 1.5
"""Side and standard deviation in pixels of the Gaussian window of the structural similarity."""


def psnr(x: Tensor, y: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio (B,) in dB, at most 100, of (B, 3, H, W) in [0, 1]."""
    error = (x - y).square().flatten(1).mean(dim=1)
    return -10 * error.clamp_min(1e-10).log10()


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Return the structural similarity (B,) of images (B, 3, H, W) in [0, 1]; 1 if they are equal.

    Wang et al. 2004: the mean over colors and over all Gaussian windows of 11 x 11 pixels that fit.
    """
    offsets = torch.arange(WINDOW, device=x.device, dtype=x.dtype) - (WINDOW - 1) / 2
    bell = torch.exp(-offsets.square() / (2 * DEVIATION**2))
    bell = bell / bell.sum()

    def mean(images: Tensor) -> Tensor:
        across = images.unfold(3, WINDOW, 1) @ bell
        return across.unfold(2, WINDOW, 1) @ bell

    at_x, at_y = mean(x), mean(y)
    var_x, var_y = mean(x * x) - at_x.square(), mean(y * y) - at_y.square()
    shared = mean(x * y) - at_x * at_y
    light, contrast = 0.01**2, 0.03**2
    above = (2 * at_x * at_y + light) * (2 * shared + contrast)
    below = (at_x.square() + at_y.square() + light) * (var_x + var_y + contrast)
    return (above / below).flatten(1).mean(dim=1)


def steepness(images: Tensor) -> Tensor:
    """Return the mean absolute difference (B,) of neighboring pixels of images (B, 3, H, W)."""
    across, down = images.diff(dim=3), images.diff(dim=2)
    return across.abs().flatten(1).mean(dim=1) + down.abs().flatten(1).mean(dim=1)


def strong_edges(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Compare reconstructions y with pictures x (B, 3, H, W) in [0, 1] at the edges of x.

    An edge counts if it is among the steepest 5 % of the pixels of its picture. It may have moved
    by two pixels: in both pictures the steepest place within that distance is taken.

    Returns:
        edges: steepness of y / steepness of x (B,); 1 if equal, less if y is blurred.
        halos: how far y lies beyond the values that x has within 6 pixels of an edge, as a share of
            their range (B,); 0 if it never does.
    """
    slope = _slope(x)  # (B, 1, H, W)
    least = slope.flatten(1).quantile(1 - STRONG, dim=1)[:, None, None, None]
    strong = ((slope >= least) & (slope > 0)).to(x)
    steep_x, steep_y = (F.max_pool2d(image, 5, 1, 2) for image in (slope, _slope(y)))
    edges = (steep_y * strong).flatten(1).sum(dim=1) / (steep_x * strong).flatten(1).sum(dim=1)
    side = 2 * REACH + 1
    high, low = F.max_pool2d(x, side, 1, REACH), -F.max_pool2d(-x, side, 1, REACH)
    beyond = (y - high).relu() + (low - y).relu()
    area = F.max_pool2d(strong, side, 1, REACH).expand_as(x)
    halos = (beyond * area).flatten(1).sum(dim=1) / ((high - low) * area).flatten(1).sum(dim=1)
    return edges, halos


def _slope(images: Tensor) -> Tensor:
    """Return the length of the gradient (B, 1, H, W) of images, the longest of the colors."""
    across = F.pad(images.diff(dim=3), (0, 1, 0, 0))
    down = F.pad(images.diff(dim=2), (0, 0, 0, 1))
    return torch.hypot(across, down).amax(dim=1, keepdim=True)


def frechet(x: Tensor, y: Tensor) -> float:
    """Return the Fréchet distance of features x (N, E) and y (M, E) (arXiv:1706.08500).

    `|μx − μy|² + tr(Σx + Σy − 2 (Σx Σy)^½)`; the trace of the root is a sum over eigenvalues.
    """
    x, y = x.double(), y.double()
    shift = (x.mean(dim=0) - y.mean(dim=0)).square().sum()
    cov_x, cov_y = torch.cov(x.T), torch.cov(y.T)
    values, vectors = torch.linalg.eigh(cov_x)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    both = torch.linalg.eigvalsh(root @ cov_y @ root).clamp_min(0).sqrt().sum()
    return max(0.0, float(shift + cov_x.trace() + cov_y.trace() - 2 * both))


def embed(perceptor: Perceptor, images: Tensor) -> Tensor:
    """Embed whole square images (B, 3, H, H) in [0, 1] as unit vectors (B, E)."""
    size = (perceptor.size, perceptor.size)
    return perceptor.encode_image(F.interpolate(images, size, mode="bilinear", antialias=True))


@torch.no_grad()
def compare(
    batches: Iterable[Tensor],
    reconstruct: Callable[[Tensor], tuple[Tensor, Tensor]],
    *,
    codes: int,
    perceptor: Perceptor,
) -> dict[str, float]:
    """Reconstruct pictures and measure the reconstructions.

    Args:
        batches: pictures (B, 3, H, H) in [0, 1], at least two in all.
        reconstruct: returns reconstructions of pictures, and the indices of their codes.
        codes: number of codes in the codebook.
        perceptor: its embeddings give the Fréchet distance.

    Returns:
        l1 on [-1, 1]; psnr in dB; ssim; sharpness: steepness of reconstructions / of pictures;
        edges and halos: means of `strong_edges`; color: mean difference of mean colors on [-1, 1];
        frechet; codes_used in percent.
    """
    rows, real, made, steep = [], [], [], []
    used: set[int] = set()
    for x in batches:
        y, indices = reconstruct(x)
        y = y.float().clamp(0, 1)
        used |= set(indices.tolist())
        real.append(embed(perceptor, x).cpu())
        made.append(embed(perceptor, y).cpu())
        drift = (to_signed(y) - to_signed(x)).mean(dim=(2, 3)).abs().mean(dim=1)
        l1 = (to_signed(y) - to_signed(x)).abs().flatten(1).mean(dim=1)
        columns = [l1, psnr(x, y), ssim(x, y), steepness(x), steepness(y), drift]
        steep.append(torch.stack(strong_edges(x, y), dim=1).cpu())  # (B, 2)
        rows.append(torch.stack(columns, dim=1).cpu())  # (B, 6)
    l1, ratio, similar, sharp, kept, drift = torch.cat(rows).double().mean(dim=0).tolist()
    edges, halos = torch.cat(steep).double().nanmean(dim=0).tolist()  # flat pictures have none
    return {
        "l1": l1,
        "psnr": ratio,
        "ssim": similar,
        "sharpness": kept / sharp if sharp else math.nan,
        "edges": edges,
        "halos": halos,
        "color": drift,
        "frechet": frechet(torch.cat(real), torch.cat(made)),
        "codes_used": 100 * len(used) / codes,
    }


def pair_sheet(x: Tensor, y: Tensor, *, columns: int, zoom: int = 1) -> Tensor:
    """Lay out pictures x (B, 3, H, W) above their reconstructions y, in full rows of `columns`."""
    rows = [
        torch.cat([torch.cat(list(part), dim=2) for part in pair], dim=1)
        for pair in zip(torch.split(x, columns), torch.split(y, columns), strict=True)
        if len(pair[0]) == columns
    ]
    sheet = torch.cat(rows, dim=1)[None]
    return F.interpolate(sheet, scale_factor=float(zoom), mode="nearest")[0]
