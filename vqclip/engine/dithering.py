"""Colors of a palette in place of any: nearest, dithered by a pattern, or by diffused errors.

Source of the pattern: Bayer 1973; of the diffusion: Floyd and Steinberg 1976, as Pillow does it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor

from vqclip.config.palette import Palette
from vqclip.files.images import to_pil, to_tensor

CHUNK = 1 << 18
"""Pixels compared with the palette at once."""


def colors_of(palette: Palette, like: Tensor) -> Tensor:
    """Return the colors (K, 3) of a palette in [0, 1]."""
    return like.new_tensor(palette.colors) / 255


def nearest_color(images: Tensor, colors: Tensor) -> Tensor:
    """Replace every pixel of images (B, 3, H, W) by the nearest of colors (K, 3)."""
    batch, _, height, width = images.shape
    pixels = images.permute(0, 2, 3, 1).reshape(-1, 3)  # (B·H·W, 3)
    index = [torch.cdist(part, colors).argmin(dim=1) for part in torch.split(pixels, CHUNK)]
    found = colors[torch.cat(index)].view(batch, height, width, 3)
    return found.permute(0, 3, 1, 2)  # (B, 3, H, W)


def plain(images: Tensor, palette: Palette) -> Tensor:
    """Return the nearest colors, without dither."""
    return nearest_color(images, colors_of(palette, images))


def ordered(images: Tensor, palette: Palette) -> Tensor:
    """Return the nearest colors after adding a pattern of 8 x 8 thresholds."""
    colors = colors_of(palette, images)
    distance = torch.cdist(colors, colors).fill_diagonal_(torch.inf)
    spread = distance.amin(dim=1).mean() / 3**0.5  # about one step of the palette in each channel
    height, width = images.shape[-2:]
    pattern = _bayer(3).to(images)
    tiled = pattern.repeat(-(-height // 8), -(-width // 8))[:height, :width]
    return nearest_color((images + (tiled - 0.5) * spread).clamp(0, 1), colors)


def diffused(images: Tensor, palette: Palette) -> Tensor:
    """Return colors whose errors are passed on to the pixels that follow."""
    table = Image.new("P", (1, 1))
    flat = [level for color in palette.colors for level in color]
    table.putpalette(flat + list(palette.colors[-1]) * (256 - len(palette.colors)))
    pictures = [
        to_pil(image).quantize(palette=table, dither=Image.Dither.FLOYDSTEINBERG)
        for image in images
    ]
    return torch.cat([to_tensor(picture.convert("RGB")) for picture in pictures]).to(images)


def _bayer(order: int) -> Tensor:
    """Return the thresholds (2^order, 2^order) in (0, 1) of ordered dithering."""
    matrix = torch.zeros(1, 1)
    for _ in range(order):
        below = torch.cat([4 * matrix + 3, 4 * matrix + 1], dim=1)
        matrix = torch.cat([torch.cat([4 * matrix, 4 * matrix + 2], dim=1), below])
    return (matrix + 0.5) / matrix.numel()


DITHERS: dict[str, Callable[[Tensor, Palette], Tensor]] = {
    "none": plain,
    "ordered": ordered,
    "diffusion": diffused,
}
"""Ways to replace colors, by the names of `dither`."""
