"""The augmentations of the tools of 2021: Kornia's, written in plain torch.

As there, random parameters are drawn on the CPU, each augmentation resamples by itself, only the
chosen cutouts are computed, and colors go through hue, saturation and value and back.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

CORNERS = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
"""Of an image in [-1, 1]², clockwise from the top left, as (x, y)."""


def uniform(count: int, *shape: int, low: float = -1.0, high: float = 1.0) -> Tensor:
    """Draw (count, *shape) on the CPU."""
    return torch.rand(count, *shape) * (high - low) + low


def choose(count: int, probability: float) -> Tensor:
    """Return the indices of the cutouts to augment."""
    return (torch.rand(count) < probability).nonzero().squeeze(1)


def replace_rows(batch: Tensor, rows: Tensor, changed: Tensor) -> Tensor:
    """Put changed rows in their place."""
    result = batch.clone()
    result[rows] = changed
    return result


def affine(batch: Tensor, *, degrees: float, shift: float, shear: float, p: float) -> Tensor:
    """Turn, shift and shear cutouts (N, 3, S, S); what comes from outside is black."""
    rows = choose(len(batch), p).to(batch.device)
    angle = uniform(len(rows)) * math.radians(degrees)
    slant = uniform(len(rows)) * math.radians(shear)
    moved = uniform(len(rows), 2) * shift * 2  # the side is 2 long
    cos, sin, tan = angle.cos(), angle.sin(), slant.tan()
    first = torch.stack([cos, cos * tan - sin, moved[:, 0]], dim=1)
    second = torch.stack([sin, sin * tan + cos, moved[:, 1]], dim=1)
    theta = torch.stack([first, second], dim=1).to(batch)  # (n, 2, 3)
    grid = F.affine_grid(theta, [len(rows), *batch.shape[1:]], align_corners=False)
    return replace_rows(batch, rows, F.grid_sample(batch[rows], grid, align_corners=False))


def perspective(batch: Tensor, *, distortion: float, p: float, padding: str = "zeros") -> Tensor:
    """Move the corners of cutouts (N, 3, S, S) inwards by up to `distortion` of half a side."""
    rows = choose(len(batch), p).to(batch.device)
    corners = torch.tensor(CORNERS)
    moved = corners - corners.sign() * uniform(len(rows), 4, 2, low=0.0) * distortion
    matrices = homographies(moved.to(batch), corners.expand(len(rows), 4, 2).to(batch))
    height, width = batch.shape[-2:]
    warped = warp(batch[rows], matrices, size=(height, width), padding=padding)
    return replace_rows(batch, rows, warped)


def homographies(source: Tensor, target: Tensor) -> Tensor:
    """Solve for the matrices (n, 3, 3) that take four points (n, 4, 2) to four others."""
    x, y = source.unbind(dim=2)  # (n, 4)
    u, v = target.unbind(dim=2)
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    rows_u = torch.stack([x, y, one, zero, zero, zero, -x * u, -y * u], dim=2)
    rows_v = torch.stack([zero, zero, zero, x, y, one, -x * v, -y * v], dim=2)
    solved = torch.linalg.solve(torch.cat([rows_u, rows_v], dim=1), torch.cat([u, v], dim=1))
    return torch.cat([solved, one[:, :1]], dim=1).view(-1, 3, 3)


def warp(batch: Tensor, matrices: Tensor, *, size: tuple[int, int], padding: str) -> Tensor:
    """Resample (n, 3, H, W) to (n, 3, *size) through matrices from the result's [-1, 1]²."""
    rows, columns = (
        (torch.arange(side, device=batch.device, dtype=batch.dtype) + 0.5) / side * 2 - 1
        for side in size
    )
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    points = torch.stack([x, y, torch.ones_like(x)], dim=-1).view(1, -1, 3) @ matrices.mT
    grid = (points[..., :2] / points[..., 2:]).view(-1, *size, 2)
    return F.grid_sample(batch, grid, padding_mode=padding, align_corners=False)


def resized_crop(batch: Tensor, *, side: int) -> Tensor:
    """Cut a quarter to 95 % of the area of each cutout, stretched by up to 1.2, out of it."""
    count = len(batch)
    area = uniform(count, low=0.25, high=0.95)
    ratio = uniform(count, low=math.log(0.85), high=math.log(1.2)).exp()
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    place = uniform(count, 2)
    zero, one = torch.zeros(count), torch.ones(count)
    rows = [width, zero, place[:, 0] * (1 - width), zero, height, place[:, 1] * (1 - height)]
    matrices = torch.stack([*rows, zero, zero, one], dim=1).view(-1, 3, 3).to(batch)
    return warp(batch, matrices, size=(side, side), padding="zeros")


def jitter(batch: Tensor, *, light: float, saturation: float, hue: float, p: float) -> Tensor:
    """Change brightness and contrast, saturation and hue of cutouts, in a random order."""
    rows = choose(len(batch), p).to(batch.device)
    factors = uniform(len(rows), 4).to(batch)[..., None, None, None]  # (n, 4, 1, 1, 1)
    x = batch[rows]
    for kind in torch.randperm(4).tolist():
        amount = factors[:, kind]
        if kind == 0 and light:
            x = (x + amount * light).clamp(0, 1)
        elif kind == 1 and light:
            x = (x * (1 + amount * light)).clamp(0, 1)
        elif kind == 2:
            h, s, v = to_hsv(x).unbind(dim=1)
            s = (s * (1 + amount[:, 0] * saturation)).clamp(0, 1)
            x = to_rgb(torch.stack([h, s, v], dim=1))
        elif kind == 3:
            h, s, v = to_hsv(x).unbind(dim=1)
            h = torch.remainder(h + amount[:, 0] * hue, 1)
            x = to_rgb(torch.stack([h, s, v], dim=1))
    return replace_rows(batch, rows, x)


def to_hsv(x: Tensor) -> Tensor:
    """Turn RGB (n, 3, S, S) in [0, 1] to hue, saturation and value in [0, 1]."""
    value, index = x.max(dim=1)
    spread = value - x.amin(dim=1)
    safe = torch.where(spread == 0, torch.ones_like(spread), spread)
    r, g, b = (value[:, None] - x).unbind(dim=1)
    hues = torch.stack([b - g, 2 * safe + r - b, 4 * safe + g - r], dim=1)
    hue = torch.gather(hues, 1, index[:, None])[:, 0] / safe
    return torch.stack([torch.remainder(hue / 6, 1), spread / (value + 1e-6), value], dim=1)


def to_rgb(x: Tensor) -> Tensor:
    """Turn hue, saturation and value (n, 3, S, S) in [0, 1] to RGB."""
    hue, saturation, value = x.unbind(dim=1)
    sector = (hue * 6).floor()
    f = hue * 6 - sector
    p, q = value * (1 - saturation), value * (1 - f * saturation)
    t = value * (1 - (1 - f) * saturation)
    index = (sector.long() % 6)[:, None]
    rows = [(value, q, p, p, t, value), (t, value, value, q, p, p), (p, p, t, value, value, q)]
    return torch.cat([torch.gather(torch.stack(row, dim=1), 1, index) for row in rows], dim=1)


def erase(batch: Tensor, *, p: float) -> Tensor:
    """Make one rectangle, a tenth to four tenths of the area, black in all cutouts, or in none."""
    if float(torch.rand(())) >= p:
        return batch
    side = batch.shape[-1]
    area = float(uniform(1, low=0.1, high=0.4))
    ratio = math.exp(float(uniform(1, low=math.log(0.3), high=math.log(3.3))))
    width, height = (min(side, round(side * math.sqrt(area * k))) for k in (ratio, 1 / ratio))
    left, top = (int(torch.randint(side - extent + 1, ())) for extent in (width, height))
    mask = torch.ones(1, 1, side, side)
    mask[..., top : top + height, left : left + width] = 0
    return batch * mask.to(batch)


def noise(batch: Tensor) -> Tensor:
    """Add normal noise with a deviation of up to 0.1 in each cutout."""
    deviation = uniform(len(batch), 1, 1, 1, low=0.0, high=0.1).to(batch)
    return batch + deviation * torch.randn_like(batch)
