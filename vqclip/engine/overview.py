"""Overviews: whole pictures as a perceptor sees them, padded to a square, never squashed.

The overview cutouts of the guidance, the queries (`classify`, `score`, `search`) and the judges of
a series and of an evaluation all see this window of a picture, resampled once and anti-aliased.
What lies outside the picture is the cutouts' own padding in the guidance, and its edge elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from vqclip.engine.resample import sample_boxes
from vqclip.files.images import to_tensor

PADDING = "edge"
BLOCKS_ABOVE = 8
"""Ratio of a picture's longer side to the perceptor's input above which blocks are averaged."""

TEXTURE_SIDE, TEXTURE_ROWS = 0.3, 3
"""Side of the squares in which the texture of a picture is seen, as a share of its shorter side,
and how many of them stand in a row and in a column."""


def central_box(width: int, height: int, side: float) -> list[float]:
    """Return the central square window of an image: left, top, right, bottom in pixels."""
    left, top = (width - side) / 2, (height - side) / 2
    return [left, top, left + side, top + side]


def overview_box(width: int, height: int) -> list[float]:
    """Return the smallest central square that holds a whole image, in pixels."""
    return central_box(width, height, max(width, height))


def overview(picture: Image.Image, *, size: int) -> Tensor:
    """Show a whole RGB picture to a perceptor: (1, 3, size, size) in [0, 1].

    Pictures many times larger are first averaged in blocks, so that memory stays small.
    """
    block = max(picture.size) // (BLOCKS_ABOVE * size)
    if block > 1:
        picture = picture.reduce(block)
    image = to_tensor(picture)  # (1, 3, H, W)
    boxes = torch.tensor([[overview_box(picture.width, picture.height)]])  # (1, 1, 4)
    return sample_boxes(image, boxes, size=size, padding=PADDING)[0]


def views_of_prompt(image: Tensor, shares: Sequence[float], *, size: int) -> Tensor:
    """Show an image prompt to a perceptor: its overview and central squares.

    It departs from `overview` in two ways, because recipes made with image prompts must replay to
    the same picture: the padding reflects the image, and large images are not averaged in blocks.

    Args:
        image: (1, 3, H, W) in [0, 1].
        shares: sides of V central squares, as shares of the shorter side.
        size: side of a view in pixels.

    Returns:
        views (1 + V, 3, size, size) in [0, 1], the overview first.
    """
    height, width = image.shape[-2:]
    inner = [central_box(width, height, share * min(height, width)) for share in shares]
    boxes = torch.tensor([[overview_box(width, height), *inner]], device=image.device)
    return sample_boxes(image, boxes, size=size, padding="reflect")[0]


def texture_views(image: Tensor, *, size: int) -> Tensor:
    """Show the texture of a picture to a perceptor: small squares of all its parts.

    Args:
        image: (1, 3, H, W) in [0, 1].
        size: side of a view in pixels.

    Returns:
        views (TEXTURE_ROWS², 3, size, size) in [0, 1], row by row.
    """
    height, width = image.shape[-2:]
    side = TEXTURE_SIDE * min(height, width)
    tops, lefts = (
        [(length - side) * k / (TEXTURE_ROWS - 1) for k in range(TEXTURE_ROWS)]
        for length in (height, width)
    )
    boxes = [[left, top, left + side, top + side] for top in tops for left in lefts]
    found = torch.tensor([boxes], device=image.device)
    return sample_boxes(image, found, size=size, padding=PADDING)[0]
