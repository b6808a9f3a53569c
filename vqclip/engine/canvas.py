"""The canvas: what is decoded, whose sides are multiples of the generator's factor."""

from __future__ import annotations

from torch import Tensor

from vqclip.engine.resample import resample


def trimmed(canvas: Tensor, height: int, width: int, *, wrap: str = "") -> Tensor:
    """Return the middle of canvases (B, 3, H, W) as pictures (B, 3, height, width).

    Along seamless axes, a crop would cut off what joins; there the canvas is resampled.

    Args:
        canvas: at least as large.
        height: of the pictures, in pixels.
        width: likewise.
        wrap: axes, `x`, `y` or `xy`, along which the canvas goes on at its other end.
    """
    tall, wide = canvas.shape[-2:]
    target = height if "y" in wrap else tall, width if "x" in wrap else wide
    if target != (tall, wide):
        canvas = resample(canvas, *target, wrap=wrap)
    top, left = (canvas.shape[-2] - height) // 2, (canvas.shape[-1] - width) // 2
    return canvas[..., top : top + height, left : left + width]
