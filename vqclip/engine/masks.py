"""Masks: regions as numbers from 0 to 1 for every pixel, and how much of them a window shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.region import Region
from vqclip.engine.resample import sample_warps
from vqclip.errors import ImageError
from vqclip.files.images import fit, load_image, to_tensor
from vqclip.files.paths import user_path

HALF = 0.5
"""From which a pixel belongs to the box of a mask."""
GRAY_ENOUGH = 8 / 255
"""Most difference between the channels of a mask; more is a picture in color."""
POINTS = 32
"""Points along each side by which a turned window is measured."""


def read_mask(path: Path, height: int, width: int) -> Tensor:
    """Read a gray picture, scaled and cropped to fit: (H, W) in [0, 1], white is 1.

    Raises:
        ImageError: it cannot be read, has colors, or is black or white everywhere.
    """
    picture = to_tensor(fit(load_image(path), width, height))[0]  # (3, H, W)
    if (picture.amax(dim=0) - picture.amin(dim=0)).max() > GRAY_ENOUGH:
        raise ImageError(f"the mask {path} is in color: a mask is gray, white where it counts")
    gray = picture.mean(dim=0)  # (H, W)
    if gray.max() < HALF:
        raise ImageError(f"the mask {path} is dark everywhere: white is what counts")
    if gray.min() >= HALF:
        raise ImageError(f"the mask {path} is white everywhere: leave it out, or make a part black")
    return gray


def rectangle(box: Sequence[float], height: int, width: int) -> Tensor:
    """Return the share (H, W) of every pixel that lies in a box: left, top, right, bottom."""
    left, top, right, bottom = box
    rows = _shares(torch.tensor([top]), torch.tensor([bottom]), height)[0]  # (H,)
    columns = _shares(torch.tensor([left]), torch.tensor([right]), width)[0]  # (W,)
    return rows[:, None] * columns


def hard_mask(region: Region, height: int, width: int) -> Tensor:
    """Return a region without its soft edge: (H, W) in [0, 1].

    Raises:
        ImageError: its mask cannot be used.
    """
    box = region.box
    if box is None:
        mask = read_mask(user_path(region.area), height, width)
    else:
        left, top, right, bottom = box
        sides = left * width, top * height, right * width, bottom * height
        mask = rectangle([side / 100 for side in sides], height, width)
    return 1 - mask if region.inverted else mask


def soft_mask(region: Region, height: int, width: int) -> Tensor:
    """Return a region with a soft edge, half of it on either side of the hard one: (H, W).

    Raises:
        ImageError: its mask cannot be used.
    """
    mask = hard_mask(region, height, width)
    return blurred(mask, feather_pixels(region.feather, height, width) / 2)


def feather_pixels(feather: float, height: int, width: int) -> float:
    """Return the width of a soft edge in pixels; `feather` is in percent of the shorter side."""
    return feather / 100 * min(height, width)


def blurred(mask: Tensor, radius: float) -> Tensor:
    """Return a mask (H, W) whose hard edges became ramps twice as wide as `radius` in pixels."""
    reach = round(radius)
    if reach == 0:
        return mask
    padded = F.pad(mask[None, None], (reach,) * 4, mode="replicate")
    rows = F.avg_pool2d(padded, (2 * reach + 1, 1), stride=1)
    return F.avg_pool2d(rows, (1, 2 * reach + 1), stride=1)[0, 0].clamp(0, 1)


def widened(mask: Tensor, width: float) -> Tensor:
    """Return a mask (H, W) that is 1 where it was, and falls to 0 over `width` pixels outside."""
    reach = math.ceil(width / 2)
    if reach == 0:
        return mask
    grown = F.max_pool2d(mask[None, None], 2 * reach + 1, stride=1, padding=reach)[0, 0]
    return torch.maximum(mask, blurred(grown, reach))


def box_of(mask: Tensor) -> tuple[int, int, int, int]:
    """Return the smallest box that holds a mask (H, W): left, top, right, bottom in pixels."""
    inside = mask >= min(HALF, mask.max().item())
    rows, columns = inside.any(dim=1).nonzero()[:, 0], inside.any(dim=0).nonzero()[:, 0]
    left, right = int(columns[0]), int(columns[-1]) + 1
    return left, int(rows[0]), right, int(rows[-1]) + 1


def overlaps(mask: Tensor, boxes: Tensor) -> Tensor:
    """Return the share of every window that lies in a region, exactly.

    Args:
        mask: (H, W); each pixel is of one value, and outside of the picture there is none.
        boxes: (..., 4), each left, top, right, bottom in pixels.

    Returns:
        the mean of the mask over each window (...), in [0, 1].
    """
    height, width = mask.shape
    left, top, right, bottom = boxes.reshape(-1, 4).to(mask).unbind(dim=1)
    rows = _shares(top, bottom, height)  # (N, H)
    columns = _shares(left, right, width)  # (N, W)
    area = ((right - left) * (bottom - top)).clamp_min(1e-6)
    return ((rows @ mask * columns).sum(dim=1) / area).view(boxes.shape[:-1])


def warped_overlaps(mask: Tensor, warps: Tensor) -> Tensor:
    """Return the same for turned and tilted windows, from a grid of points.

    Args:
        mask: (H, W).
        warps: (B, n, 3, 3), homographies from [-1, 1]² to pixels.
    """
    # Gray padding is 1/2, which stands for 0 here.
    image = (mask / 2 + 0.5).expand(len(warps), 1, *mask.shape)
    return sample_warps(image, warps, size=POINTS, padding="gray").mean(dim=(2, 3, 4)) * 2 - 1


def tiles(mask: Tensor, wrap: str) -> tuple[Tensor, list[float]]:
    """Return a mask (H, W) that goes on at its other end, and by how much its boxes are moved.

    Args:
        mask: of an image.
        wrap: axes, `x`, `y` or `xy`, along which the image goes on at its other end.
    """
    height, width = mask.shape
    across, down = (3 if axis in wrap else 1 for axis in "xy")
    x, y = (width if across > 1 else 0), (height if down > 1 else 0)
    return mask.repeat(down, across), [x, y, x, y]


def _shares(start: Tensor, end: Tensor, length: int) -> Tensor:
    """Return the share (N, length) of every pixel of an axis that lies between start and end."""
    pixel = torch.arange(length, device=start.device, dtype=start.dtype)
    inside = torch.minimum(end[:, None], pixel + 1) - torch.maximum(start[:, None], pixel)
    return inside.clamp(0, 1)
