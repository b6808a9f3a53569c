"""Views of pictures that a CLIP learns from: crops, rotation, blur, color and noise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.training.perceptor.clip_settings import ViewSettings


def resized(images: Tensor, size: int) -> Tensor:
    """Resize pictures (B, 3, S, S) to (B, 3, size, size), anti-aliased."""
    if images.shape[-1] == size:
        return images
    if images.shape[-1] == 2 * size:
        return F.avg_pool2d(images, 2)
    return F.interpolate(images, size=(size, size), mode="bilinear", antialias=True)


def views(images: Tensor, size: int, settings: ViewSettings, generator: torch.Generator) -> Tensor:
    """Return a view (B, 3, size, size) of each picture (B, 3, S, S); values around [0, 1].

    Crops of pictures of twice the size or more are as sharp as those that guidance embeds.

    Args:
        images: pictures in [0, 1].
        size: width and height of the views in pixels.
        settings: how far the views may differ from the pictures.
        generator: source of randomness, on the device of the images.
    """
    side = 2 * size if images.shape[-1] >= 2 * size else size
    seen = F.grid_sample(
        resized(images, side),
        _grid(len(images), side, settings, generator),
        padding_mode="border",
        align_corners=False,
    )
    seen = resized(seen, size)
    blurred = F.interpolate(F.avg_pool2d(seen, 2), size=(size, size), mode="bilinear")
    seen = torch.where(_uniform(generator, len(seen), 1) < settings.blur, blurred, seen)
    gain = 1 + settings.color * (2 * _uniform(generator, len(seen), 3) - 1)
    shift = settings.color / 2 * (2 * _uniform(generator, len(seen), 1) - 1)
    noise = torch.randn(seen.shape, generator=generator, device=generator.device)
    return seen * gain + shift + settings.noise * _uniform(generator, len(seen), 1) * noise


def _grid(count: int, size: int, settings: ViewSettings, generator: torch.Generator) -> Tensor:
    """Return the position in its picture of each pixel of each view (B, size, size, 2)."""
    whole = _uniform(generator, count, 1).flatten() < settings.whole
    near = max(settings.smallest, 0.88)
    low = torch.where(whole, near, settings.smallest)
    share = _uniform(generator, count, 1).flatten()
    side = low + (settings.largest - low) * share  # (B,)
    angle = settings.turn * (2 * _uniform(generator, count, 1).flatten() - 1)
    # A small crop may lie anywhere in the picture; a large one moves only a little.
    room = (1 - side).abs().clamp(min=0.06)[:, None]
    offset = room * (2 * _uniform(generator, count, 2).flatten(1) - 1)
    cosine, sine = side * angle.cos(), side * angle.sin()
    rows = [torch.stack([cosine, -sine], dim=1), torch.stack([sine, cosine], dim=1)]
    matrix = torch.cat([torch.stack(rows, dim=1), offset[..., None]], dim=2)  # (B, 2, 3)
    return F.affine_grid(matrix, [count, 3, size, size], align_corners=False)


def _uniform(generator: torch.Generator, count: int, channels: int) -> Tensor:
    """Draw (B, channels, 1, 1) uniformly from [0, 1)."""
    return torch.rand(count, channels, 1, 1, generator=generator, device=generator.device)
