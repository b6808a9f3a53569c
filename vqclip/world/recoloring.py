"""Drawings in other colors."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from vqclip.world.colors import Color, mix


def recolored(figure: Image.Image, color: Color) -> Image.Image:
    """Return an RGBA drawing in shades of a color; dark parts stay dark, light parts light."""
    gray = figure.convert("L")
    alpha = figure.getchannel("A")
    shades = np.asarray(gray)[np.asarray(alpha) > 128]
    middle = int(np.median(shades)) if len(shades) else 128
    middle = min(215, max(60, middle))
    dark = mix(color, (0, 0, 0), 0.82)
    painted = ImageOps.colorize(
        gray, dark, (255, 255, 255), color, 0, max(middle + 20, 245), middle
    )
    painted.putalpha(alpha)
    return painted


def colorful(color: str) -> bool:
    """Say whether a drawing in shades of a color is recognized by it."""
    return color not in ("black", "white", "gray")
