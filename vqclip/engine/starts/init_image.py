"""The start from a picture of the user."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from vqclip.config.choices import PICTURE_NOISE
from vqclip.engine.starts.start import Canvas, Start
from vqclip.files.images import fit, load_image, to_tensor


def start_of_picture(canvas: Canvas, picture: Tensor) -> Start:
    """Start from a picture (1, 3, H, W) of the size of the canvas."""
    z = canvas.generator.encode(picture.to(canvas.generator.device))  # (1, D, h, w)
    return Start(z.expand(len(canvas.streams), -1, -1, -1).clone(), PICTURE_NOISE)


def fitted(path: Path, height: int, width: int) -> Tensor:
    """Read a picture, cropped to fit: (1, 3, H, W) in [0, 1].

    Raises:
        ImageError: it cannot be read.
    """
    return to_tensor(fit(load_image(path), width, height))
