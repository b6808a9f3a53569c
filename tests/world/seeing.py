"""What tests see in pictures: colors, centers, connected parts."""

from __future__ import annotations

import random

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vqclip.world.colors import COLORS
from vqclip.world.scenes import scene

CAPTIONS = [scene(8, random.Random(seed))[1] for seed in range(1000)]
"""Captions of many scenes."""


def pixels(image: Image.Image) -> Tensor:
    """Return the pixels of an RGB picture (H, W, 3), from 0 to 255."""
    return torch.from_numpy(np.array(image)).float()


def like(image: Image.Image, color: str) -> Tensor:
    """Return where a picture has a color, but for the freedom that `vary` takes (H, W)."""
    return (pixels(image) - torch.tensor(COLORS[color])).abs().amax(dim=-1) < 16


def middle(mask: Tensor) -> Tensor:
    """Return the mean (x, y) of a square mask (S, S), from -1 to 1."""
    return mask.nonzero().float().mean(dim=0).flip(0) / (len(mask) / 2) - 1


def components(mask: Tensor) -> int:
    """Count the connected parts of a mask, but for specks at smooth edges."""
    left = {(int(y), int(x)) for y, x in mask.nonzero()}
    count = 0
    while left:
        edge, size = [left.pop()], 0
        while edge:
            y, x = edge.pop()
            size += 1
            near = {(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)} & left
            left -= near
            edge += near
        count += size > 5
    return count


def differs(first: Image.Image, second: Image.Image) -> float:
    """Return the mean absolute difference of two pictures, from 0 to 255."""
    return float((pixels(first) - pixels(second)).abs().mean())
