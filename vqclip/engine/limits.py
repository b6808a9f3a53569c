"""Limits of a drawing: its symmetry, its large pixels and its palette.

Symmetry and large pixels hold in every step, so that the guidance sees what will be there; the
palette is a loss on the way and exact at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import NONE
from vqclip.config.palette import Palette
from vqclip.config.pattern import PixelGrid, turns_of
from vqclip.engine.dithering import DITHERS, colors_of

FADE = 0.15
"""Share of a sector over which it passes into the next, on either side of its edge."""


@dataclass(frozen=True)
class Limits:
    """What pictures of one size must be.

    Attributes:
        height: of the pictures, in pixels; they lie in the middle of their canvas.
        width: likewise.
        symmetry: `none`, `x`, `y`, `xy`, or `rotate N`.
        grid: large pixels they are made of, or None.
        palette: colors they have, or None.
        dither: a key of `DITHERS`.
    """

    height: int
    width: int
    symmetry: str = NONE
    grid: PixelGrid | None = None
    palette: Palette | None = None
    dither: str = NONE

    def on_canvas(self, canvas: Tensor) -> Tensor:
        """Apply symmetry and large pixels to canvases (B, 3, H, W), with a gradient."""
        if self.symmetry == NONE and self.grid is None:
            return canvas
        height, width = min(self.height, canvas.shape[-2]), min(self.width, canvas.shape[-1])
        top, left = (canvas.shape[-2] - height) // 2, (canvas.shape[-1] - width) // 2
        limited = self.form(canvas[..., top : top + height, left : left + width])
        if limited.shape == canvas.shape:
            return limited
        right, bottom = canvas.shape[-1] - width - left, canvas.shape[-2] - height - top
        inside = F.pad(torch.ones_like(limited[:1, :1]), (left, right, top, bottom))
        return F.pad(limited, (left, right, top, bottom)) + canvas * (1 - inside)

    def form(self, pictures: Tensor) -> Tensor:
        """Apply symmetry and large pixels to pictures (B, 3, H, W), with a gradient."""
        pictures = symmetric(pictures, self.symmetry)
        if self.grid is None:
            return pictures
        return enlarged(reduced(pictures, self.grid), *pictures.shape[-2:])

    def colors(self, like: Tensor) -> Tensor | None:
        """Return the colors (K, 3) of the palette, if there is one."""
        return None if self.palette is None else colors_of(self.palette, like)

    @torch.no_grad()
    def finished(self, pictures: Tensor) -> Tensor:
        """Return pictures (B, 3, H, W) in [0, 1] that keep every limit exactly."""
        pictures = symmetric(pictures, self.symmetry)
        height, width = pictures.shape[-2:]
        small = pictures if self.grid is None else reduced(pictures, self.grid)
        if self.palette is not None:
            small = DITHERS[self.dither](small, self.palette)
        return small if self.grid is None else enlarged(small, height, width)


def symmetric(images: Tensor, symmetry: str) -> Tensor:
    """Return images (B, 3, H, W) with a symmetry.

    A mirrored image shows its left (x) or upper (y) half twice. A turned one is made of one sector
    in N places; sectors fade into each other at their edges.
    """
    for dim, axis in ((-1, "x"), (-2, "y")):
        if axis in symmetry and turns_of(symmetry) == 1:
            length = images.shape[dim]
            half = images.narrow(dim, 0, -(-length // 2))
            images = torch.cat([half, half.narrow(dim, 0, length // 2).flip(dim)], dim=dim)
    turns = turns_of(symmetry)
    if turns == 1:
        return images
    height, width = images.shape[-2:]
    y = torch.arange(height, device=images.device, dtype=images.dtype) + 0.5 - height / 2
    x = torch.arange(width, device=images.device, dtype=images.dtype) + 0.5 - width / 2
    down, across = torch.meshgrid(y, x, indexing="ij")  # (H, W), pixels from the middle
    angle = torch.atan2(down, across)
    total = torch.zeros_like(images)
    for turn in range(turns):
        by = 2 * torch.pi * turn / turns
        place = torch.remainder(angle + by + torch.pi, 2 * torch.pi) - torch.pi
        sectors = place.abs() * (turns / (2 * torch.pi))
        share = ((0.5 + FADE - sectors) / (2 * FADE)).clamp(0, 1)  # (H, W), 1 in all over turns
        total = total + share * _turned(images, across, down, turn, turns)
    return total


def _turned(images: Tensor, across: Tensor, down: Tensor, turn: int, turns: int) -> Tensor:
    """Return images (B, 3, H, W) turned about their middle; without resampling where possible."""
    quarters = 4 * turn / turns
    height, width = images.shape[-2:]
    if quarters in (0, 2) or (quarters in (1, 3) and height == width):
        return torch.rot90(images, int(quarters), dims=(-2, -1))
    by = torch.tensor(2 * torch.pi * turn / turns)
    x = across * by.cos() - down * by.sin()
    y = across * by.sin() + down * by.cos()
    grid = torch.stack([x * 2 / width, y * 2 / height], dim=-1).expand(len(images), -1, -1, -1)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def cells_of(length: int, count: int, like: Tensor) -> Tensor:
    """Return, for every pixel of an axis (length,), the large pixel it belongs to."""
    place = torch.arange(length, device=like.device)
    return (place * count).div(length, rounding_mode="floor").clamp(max=count - 1)


def reduced(images: Tensor, grid: PixelGrid) -> Tensor:
    """Return the mean color (B, 3, h, w) of every large pixel of images (B, 3, H, W)."""
    sides = zip(images.shape[-2:], (grid.height, grid.width), strict=True)
    means = []
    for length, count in sides:
        member = F.one_hot(cells_of(length, count, images), count).to(images)  # (length, count)
        means.append(member / member.sum(dim=0))
    rows, columns = means
    return rows.T @ images @ columns  # (B, 3, h, w)


def enlarged(images: Tensor, height: int, width: int) -> Tensor:
    """Return images (B, 3, h, w) of large pixels in full size (B, 3, height, width)."""
    rows = cells_of(height, images.shape[-2], images)
    columns = cells_of(width, images.shape[-1], images)
    return images[..., rows, :][..., columns]
