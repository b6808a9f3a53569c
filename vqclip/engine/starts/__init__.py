"""Where a latent starts: noise, codes, a picture of the user, or a sketch."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.config.schema import Config
from vqclip.engine.starts.noise import codes, fractal, gradient, pixels, smooth
from vqclip.engine.starts.sketched import sketch
from vqclip.engine.starts.sketcher import has_sketcher
from vqclip.engine.starts.start import Canvas, Start
from vqclip.models.load import Models


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


def origin(config: Config, models: Models) -> str:
    """Say what pictures of a configuration begin with, in a few words."""
    start = config.start
    if start.image is not None:
        return f"the picture {start.image}"
    if start.kind in ("auto", "sketch") and has_sketcher(models):
        return "a sketch" if start.sketches == 1 else f"the best of {start.sketches} sketches"
    return {"auto": "smooth"}.get(start.kind, start.kind)
