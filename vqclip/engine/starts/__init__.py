"""Where a latent starts: noise, codes, a picture of the user, or a sketch."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.engine.starts.noise import codes, fractal, gradient, pixels, smooth
from vqclip.engine.starts.sketched import sketch
from vqclip.engine.starts.start import Canvas, Start


def auto(canvas: Canvas) -> Start:
    """Start from a sketch, or else from the mean of the latents."""
    return smooth(canvas) if canvas.sketcher is None else sketch(canvas)


STARTS: dict[str, Callable[[Canvas], Start]] = {
    "auto": auto,
    "sketch": sketch,
    "smooth": smooth,
    "codes": codes,
    "pixels": pixels,
    "gradient": gradient,
    "fractal": fractal,
}
"""Kinds of starts without a picture of the user, by the names of `start.kind`."""
