"""Keeping a part of the start picture: its latent is held, and its pixels are laid over the rest.

What is kept is the picture of `start.image` where `keep` says so, or, where the picture is extended
beyond it, all of it. Around it is a soft seam of drawn pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.region import FEATHER, Region
from vqclip.config.schema import Config
from vqclip.engine.masks import feather_pixels, hard_mask, rectangle, widened
from vqclip.engine.starts.init_image import fitted
from vqclip.errors import ImageError
from vqclip.files.images import round_up
from vqclip.files.paths import user_path

NEARLY_WHITE = 0.98
"""Values of a mask that are white: those of compressed files are never exact."""


@dataclass(frozen=True)
class Kept:
    """What of the start picture is kept.

    Attributes:
        picture: the start picture as large as the canvas (1, 3, H, W) in [0, 1].
        mask: (H, W), 1 where it is kept to the byte, falling to 0 over the seam.
        cells: (h, w), 1 where a whole cell of the latent is kept, otherwise 0.
    """

    picture: Tensor
    mask: Tensor
    cells: Tensor

    def laid_over(self, images: Tensor) -> Tensor:
        """Return images (B, 3, H, W) with what is kept over them."""
        mixed = self.picture * self.mask + images * (1 - self.mask)
        return torch.where(self.mask >= 1, self.picture, mixed)


def start_picture(config: Config, height: int, width: int) -> Tensor | None:
    """Return the picture that a run starts from, as large as the canvas; None without one.

    Where a part of it is kept, or it is extended, it lies in the middle of the canvas as it does in
    the finished picture, and its edge is continued outside.

    Args:
        config: of the run.
        height: of the canvas in pixels, at least that of the picture.
        width: likewise.

    Returns:
        (1, 3, height, width) in [0, 1].

    Raises:
        ImageError: it cannot be read.
    """
    if config.start.image is None:
        return None
    path = user_path(config.start.image)
    if config.keep is None and config.extend is None:
        return fitted(path, height, width)
    left, top, right, bottom = _place(config)
    picture = fitted(path, bottom - top, right - left)
    before_x, before_y = (width - config.width) // 2, (height - config.height) // 2
    edges = (
        before_x + left,
        width - before_x - right,
        before_y + top,
        height - before_y - bottom,
    )
    return F.pad(picture, edges, mode="replicate")


def kept_of(config: Config, factor: int, *, device: torch.device) -> Kept | None:
    """Return what of the start picture is kept; None for nothing.

    Args:
        config: of the run.
        factor: of the generator.
        device: of the images.

    Raises:
        ImageError: the picture or the mask cannot be used.
    """
    height, width = (round_up(side, factor) for side in (config.height, config.width))
    picture = start_picture(config, height, width)
    if picture is None or config.keep is None and config.extend is None:
        return None
    mask = kept_mask(config)
    before_x, before_y = (width - config.width) // 2, (height - config.height) // 2
    rest_x, rest_y = width - config.width - before_x, height - config.height - before_y
    # What lies outside of the finished picture is as its edge.
    mask = F.pad(mask[None, None], (before_x, rest_x, before_y, rest_y), mode="replicate")[0, 0]
    cells = -F.max_pool2d(-mask[None, None], factor)[0, 0]  # the least of each cell
    return Kept(picture.to(device), mask.to(device), (cells >= 1).float().to(device))


def kept_mask(config: Config) -> Tensor:
    """Return what of a finished picture is kept (height, width), with the seam around it.

    Raises:
        ImageError: the mask cannot be used, or leaves nothing to keep or to draw.
    """
    height, width = config.height, config.width
    mask = torch.ones(height, width)
    feather = FEATHER
    if config.extend is not None:
        mask = rectangle(_place(config), height, width)
    if config.keep is not None:
        feather = config.keep.feather
        mask = torch.minimum(mask, _whole_pixels(config.keep, height, width))
    if mask.max() < 1:
        raise ImageError("keep: nothing of the start picture is left: white is kept")
    soft = widened(mask, feather_pixels(feather, height, width))
    if soft.min() >= 1:
        raise ImageError("keep: nothing is left to draw: what is not kept is drawn")
    return soft


def _whole_pixels(region: Region, height: int, width: int) -> Tensor:
    """Return a region whose pixels are kept or not, but for those between black and white."""
    mask = hard_mask(region, height, width)
    return mask.round() if region.mask is None else torch.where(mask > NEARLY_WHITE, 1.0, mask)


def _place(config: Config) -> tuple[int, int, int, int]:
    """Return where the start picture lies in the finished one: left, top, right, bottom."""
    if config.extend is None:
        return 0, 0, config.width, config.height
    return config.extend.kept(config.height, config.width)


def keeping_warnings(config: Config) -> list[str]:
    """Return a warning of a format that does not keep pixels to the byte."""
    output = config.output
    lossless = output.format == "png" or (output.format, output.quality) == ("webp", 100)
    if lossless or config.keep is None and config.extend is None:
        return []
    return [f"keep: {output.format} changes pixels a little: output.format=png keeps every byte"]
