"""Simple drawings of food, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.things.materials import CREAM, DARK, FLAME, LEAF, WOOD


def apple(pen: Pen, color: Color) -> None:
    """Draw an apple with a leaf."""
    for side in (-1, 1):
        pen.oval(0.28 * side, -0.75, 0.55, 0.72, color)
    pen.line([(0, -1.35), (0.08, -1.75)], 0.1, WOOD)
    pen.oval(0.35, -1.65, 0.28, 0.13, LEAF)
    pen.oval(-0.45, -1.0, 0.12, 0.2, mix(color, CREAM, 0.5))


def pear(pen: Pen, color: Color) -> None:
    """Draw a pear with a leaf."""
    pen.line([(0, -1.5), (0.08, -1.95)], 0.1, WOOD)
    pen.oval(0.3, -1.75, 0.25, 0.12, LEAF)
    pen.polygon([(-0.33, -1.3), (0.33, -1.3), (0.62, -0.7), (-0.62, -0.7)], color)
    pen.disc(0, -1.28, 0.36, color)
    pen.oval(0, -0.62, 0.7, 0.62, color)
    pen.oval(-0.35, -0.75, 0.12, 0.22, mix(color, CREAM, 0.5))


def cherry(pen: Pen, color: Color) -> None:
    """Draw two cherries on their stems."""
    pen.line([(-0.5, -0.75), (-0.25, -1.4), (0.15, -1.85)], 0.08, LEAF)
    pen.line([(0.5, -0.7), (0.4, -1.3), (0.15, -1.85)], 0.08, LEAF)
    pen.oval(0.5, -1.8, 0.36, 0.15, LEAF)
    for x, y in ((-0.5, -0.45), (0.5, -0.42)):
        pen.disc(x, y, 0.44, color)
        pen.disc(x - 0.15, y - 0.15, 0.1, mix(color, CREAM, 0.7))


def cake(pen: Pen, color: Color) -> None:
    """Draw a cake of two tiers with candles."""
    light = mix(color, CREAM, 0.65)
    for x in (-0.3, 0, 0.3):
        pen.box(x - 0.05, -1.65, x + 0.05, -1.2, CREAM)
        pen.oval(x, -1.78, 0.08, 0.14, FLAME)
    pen.box(-0.55, -1.25, 0.55, -0.65, color)
    pen.box(-0.95, -0.7, 0.95, -0.08, color)
    for left, right, y, count in ((-0.55, 0.55, -1.2, 4), (-0.95, 0.95, -0.66, 7)):
        step = (right - left) / count
        pen.box(left, y - 0.07, right, y + 0.07, light)
        for k in range(count):
            pen.disc(left + (k + 0.5) * step, y + 0.07, 0.5 * step, light)
    pen.box(-1.1, -0.1, 1.1, 0, (170, 175, 185))


def ice_cream(pen: Pen, color: Color) -> None:
    """Draw a scoop of ice cream in a cone."""
    pen.polygon([(-0.5, -1.05), (0.5, -1.05), (0, 0)], (222, 165, 90))
    for x in (-0.25, 0.0, 0.25):
        pen.line([(x, -1.0), (0.3 * x + 0.12, -0.5)], 0.04, (170, 115, 55))
        pen.line([(x, -1.0), (0.3 * x - 0.12, -0.5)], 0.04, (170, 115, 55))
    pen.disc(0, -1.4, 0.58, color)
    for x in (-0.42, 0, 0.42):
        pen.disc(x, -1.08, 0.2, color)
    pen.oval(-0.22, -1.6, 0.12, 0.16, mix(color, CREAM, 0.6))


def pumpkin(pen: Pen, color: Color) -> None:
    """Draw a pumpkin with ribs and a stem."""
    rib = mix(color, DARK, 0.3)
    pen.polygon([(-0.1, -1.3), (0, -1.75), (0.22, -1.75), (0.12, -1.3)], LEAF)
    for x in (-0.62, 0.62):
        pen.oval(x, -0.68, 0.42, 0.6, color)
        pen.line(
            arc(x * 0.2, -0.68, 0.62, 0.6, 120, 240)
            if x < 0
            else arc(x * 0.2, -0.68, 0.62, 0.6, -60, 60),
            0.05,
            rib,
        )
    pen.oval(0, -0.68, 0.6, 0.66, color)
    for side in (-1, 1):
        pen.line(arc(0.12 * side, -0.68, 0.2 * side, 0.6, -70, 70), 0.05, rib)
        pen.line(arc(0.2 * side, -0.68, 0.48 * side, 0.6, -70, 70), 0.05, rib)


def strawberry(pen: Pen, color: Color) -> None:
    """Draw a strawberry with seeds."""
    pen.polygon([(-0.72, -1.15), (0.72, -1.15), (0.2, -0.1), (0, 0), (-0.2, -0.1)], color)
    for x in (-0.38, 0.38):
        pen.oval(x, -1.1, 0.42, 0.38, color)
    for x, y in ((-0.4, -1.0), (0, -1.05), (0.4, -1.0), (-0.2, -0.7), (0.2, -0.7), (0, -0.38)):
        pen.oval(x, y, 0.05, 0.08, (255, 225, 120))
    for x in (-0.55, -0.2, 0.2, 0.55):
        pen.polygon([(0, -1.6), (x - 0.18, -1.35), (x * 1.2, -1.18), (x + 0.18, -1.4)], LEAF)
    pen.line([(0, -1.5), (0.05, -1.85)], 0.1, LEAF)
