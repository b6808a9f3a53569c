"""Where a latent starts: noise, codes, a picture of the user or of the bank, or a sketch."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.engine.starts.nearest import nearest
from vqclip.engine.starts.noise import codes, fractal, gradient, pixels, smooth
from vqclip.engine.starts.sketched import sketch
from vqclip.engine.starts.start import Canvas, Start


def auto(canvas: Canvas) -> Start:
    """Start from a sketch, or else from the bank, or else from the mean of the latents."""
    if canvas.sketcher is not None:
        return sketch(canvas)
    return smooth(canvas) if canvas.bank is None else nearest(canvas)


STARTS: dict[str, Callable[[Canvas], Start]] = {
    "auto": auto,
    "sketch": sketch,
    "nearest": nearest,
    "smooth": smooth,
    "codes": codes,
    "pixels": pixels,
    "gradient": gradient,
    "fractal": fractal,
}
"""Kinds of starts without a picture of the user, by the names of `start.kind`."""
