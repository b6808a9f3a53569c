"""Drawings in other colors."""

from __future__ import annotations

from PIL import Image

from vqclip.world.recoloring import recolored


def test_the_middle_tone_becomes_the_color_and_the_outline_stays_dark() -> None:
    figure = Image.new("RGBA", (8, 8), (200, 120, 60, 255))
    figure.paste((0, 0, 0, 255), (0, 0, 8, 1))
    figure.putpixel((7, 7), (0, 0, 0, 0))
    blue = (30, 60, 220)
    painted = recolored(figure, blue)
    assert max(abs(a - b) for a, b in zip(painted.getpixel((4, 4))[:3], blue, strict=True)) <= 4
    assert max(painted.getpixel((4, 0))[:3]) < 60
    assert painted.getpixel((7, 7))[3] == 0
