"""Where a latent starts: noise, codes, a picture of the user, or one of the bank."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.engine.starts.nearest import auto, nearest
from vqclip.engine.starts.noise import codes, fractal, gradient, pixels, smooth
from vqclip.engine.starts.start import Canvas, Start

STARTS: dict[str, Callable[[Canvas], Start]] = {
    "auto": auto,
    "nearest": nearest,
    "smooth": smooth,
    "codes": codes,
    "pixels": pixels,
    "gradient": gradient,
    "fractal": fractal,
}
"""Kinds of starts without a picture of the user, by the names of `start.kind`."""
