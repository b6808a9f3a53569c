"""The start from a picture of the user."""

from __future__ import annotations

from pathlib import Path

from vqclip.config.choices import PICTURE_NOISE
from vqclip.engine.starts.start import Canvas, Start
from vqclip.images import fit, load_image, to_tensor


def init_image(canvas: Canvas, path: Path) -> Start:
    """Start from a picture, cropped to fit, never stretched.

    Raises:
        ImageError: it cannot be read.
    """
    picture = to_tensor(fit(load_image(path), canvas.width, canvas.height))
    z = canvas.generator.encode(picture.to(canvas.generator.device))  # (1, D, h, w)
    return Start(z.expand(len(canvas.streams), -1, -1, -1).clone(), PICTURE_NOISE)
