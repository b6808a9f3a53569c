"""Simple drawings of vehicles; each stands on y = 0 of the pen's frame, to about y = -2."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen

DARK: Color = (35, 30, 40)
CREAM: Color = (245, 240, 225)
GLASS: Color = (185, 225, 245)
WOOD: Color = (110, 70, 35)
STEEL: Color = (95, 100, 110)


def boat(pen: Pen, color: Color) -> None:
    """A sailing boat."""
    pen.polygon([(-1, -0.4), (1, -0.4), (0.65, 0.05), (-0.7, 0.05)], color)
    pen.line([(0, -0.4), (0, -2)], 0.08, WOOD)
    pen.polygon([(0.1, -1.95), (0.1, -0.55), (0.95, -0.55)], CREAM)
    pen.polygon([(-0.1, -1.6), (-0.1, -0.55), (-0.7, -0.55)], CREAM)


def car(pen: Pen, color: Color) -> None:
    """A car from the side."""
    pen.box(-1.15, -0.75, 1.15, -0.25, color)
    pen.polygon([(-0.7, -0.7), (-0.45, -1.2), (0.45, -1.2), (0.75, -0.7)], color)
    pen.polygon([(-0.5, -0.75), (-0.35, -1.08), (-0.05, -1.08), (-0.05, -0.75)], GLASS)
    pen.polygon([(0.08, -0.75), (0.08, -1.08), (0.38, -1.08), (0.55, -0.75)], GLASS)
    for x in (-0.65, 0.65):
        _wheel(pen, x, 0.26)


def bus(pen: Pen, color: Color) -> None:
    """A bus from the side, with a row of windows."""
    pen.box(-1.15, -1.6, 1.15, -0.25, color)
    for x in (-1.05, -0.6, -0.15, 0.3):
        pen.box(x, -1.4, x + 0.36, -0.92, GLASS)
    pen.box(0.76, -1.4, 1.06, -0.25, GLASS)
    pen.box(-1.15, -0.7, 0.7, -0.6, mix(color, DARK, 0.4))
    for x in (-0.65, 0.45):
        _wheel(pen, x, 0.27)


def truck(pen: Pen, color: Color) -> None:
    """A truck from the side, its cab to the left."""
    pen.box(-0.4, -1.55, 1.15, -0.35, color)
    for x in (-0.05, 0.35, 0.75):
        pen.box(x, -1.5, x + 0.05, -0.4, mix(color, DARK, 0.35))
    pen.box(-0.5, -0.4, 1.15, -0.25, STEEL)
    pen.polygon(
        [(-1.15, -0.75), (-0.95, -1.25), (-0.5, -1.25), (-0.5, -0.25), (-1.15, -0.25)],
        mix(color, DARK, 0.4),
    )
    pen.polygon([(-1.0, -0.8), (-0.88, -1.12), (-0.62, -1.12), (-0.62, -0.8)], GLASS)
    for x in (-0.8, 0.4, 0.85):
        _wheel(pen, x, 0.25)


def train(pen: Pen, color: Color) -> None:
    """A steam locomotive that goes to the left."""
    pen.box(-0.85, -1.75, -0.55, -1.0, DARK)
    pen.box(-0.95, -1.85, -0.45, -1.68, DARK)
    pen.box(-1.0, -1.2, 0.4, -0.5, color)
    pen.disc(-0.98, -0.85, 0.35, mix(color, DARK, 0.4))
    pen.box(0.3, -1.75, 1.05, -0.4, color)
    pen.box(0.2, -1.9, 1.15, -1.7, mix(color, DARK, 0.5))
    pen.box(0.47, -1.5, 0.87, -1.1, GLASS)
    pen.disc(-0.1, -1.2, 0.2, (250, 214, 40))
    pen.polygon([(-1.0, -0.5), (-1.2, -0.05), (-0.85, -0.05)], STEEL)
    pen.box(-1.0, -0.5, 1.05, -0.35, STEEL)
    for x, radius in ((-0.6, 0.25), (-0.05, 0.25), (0.65, 0.34)):
        _wheel(pen, x, radius)
    pen.line([(-0.6, -0.25), (0.65, -0.3)], 0.08, (214, 40, 40))


def airplane(pen: Pen, color: Color) -> None:
    """An airplane that flies to the left."""
    dark = mix(color, DARK, 0.35)
    pen.polygon([(0.65, -1.1), (0.95, -1.75), (1.15, -1.75), (1.05, -1.0)], dark)
    pen.polygon([(-0.1, -1.1), (0.45, -1.65), (0.62, -1.65), (0.35, -1.1)], dark)
    pen.oval(-0.05, -0.98, 1.05, 0.27, color)
    pen.polygon([(0.4, -1.2), (1.12, -1.1), (0.4, -0.75)], color)
    for x in (-0.45, -0.2, 0.05, 0.3):
        pen.disc(x, -1.05, 0.07, GLASS)
    pen.polygon([(-0.98, -1.08), (-0.8, -1.2), (-0.66, -1.18), (-0.68, -1.02)], GLASS)
    pen.polygon([(-0.25, -0.9), (0.3, -0.9), (0.75, -0.25), (0.5, -0.25)], dark)


def bicycle(pen: Pen, color: Color) -> None:
    """A bicycle from the side."""
    for x in (-0.65, 0.65):
        pen.ring(x, -0.5, 0.5, 0.1, DARK)
        pen.disc(x, -0.5, 0.08, STEEL)
    frame = ((-0.65, -0.5), (-0.3, -1.15), (0.42, -1.15), (-0.02, -0.5), (-0.65, -0.5))
    pen.line(frame, 0.13, color)
    pen.line([(-0.38, -1.35), (-0.02, -0.5)], 0.13, color)
    pen.line([(0.65, -0.5), (0.36, -1.5)], 0.13, color)
    pen.line([(-0.58, -1.4), (-0.2, -1.4)], 0.14, DARK)
    pen.line([(0.15, -1.55), (0.4, -1.55), (0.6, -1.4)], 0.1, DARK)
    pen.disc(-0.02, -0.5, 0.14, STEEL)


def submarine(pen: Pen, color: Color) -> None:
    """A submarine with three portholes and a periscope."""
    pen.line([(-0.05, -1.2), (-0.05, -1.85), (-0.35, -1.85)], 0.11, STEEL)
    pen.polygon([(-0.4, -0.95), (-0.3, -1.4), (0.3, -1.4), (0.4, -0.95)], color)
    pen.polygon([(0.75, -0.6), (1.15, -1.0), (1.15, -0.15)], STEEL)
    pen.oval(-0.1, -0.6, 0.98, 0.5, color)
    for x in (-0.6, -0.15, 0.3):
        pen.disc(x, -0.65, 0.19, CREAM)
        pen.disc(x, -0.65, 0.13, (90, 170, 220))


def rocket(pen: Pen, color: Color) -> None:
    """A rocket with its flame."""
    pen.polygon([(-0.2, -0.3), (0.2, -0.3), (0, 0.1)], (255, 170, 40))
    pen.polygon([(-0.35, -0.8), (-0.75, -0.2), (-0.3, -0.3)], (60, 70, 90))
    pen.polygon([(0.35, -0.8), (0.75, -0.2), (0.3, -0.3)], (60, 70, 90))
    pen.oval(0, -1.15, 0.38, 0.9, color)
    pen.disc(0, -1.35, 0.21, CREAM)
    pen.disc(0, -1.35, 0.15, (90, 170, 220))


def balloon(pen: Pen, color: Color) -> None:
    """A hot air balloon."""
    pen.oval(0, -1.25, 0.75, 0.8, color)
    pen.oval(0, -1.25, 0.3, 0.8, CREAM)
    for x in (-0.25, 0.25):
        pen.line([(x * 1.8, -0.65), (x, -0.3)], 0.05, WOOD)
    pen.box(-0.27, -0.32, 0.27, 0, WOOD)


def _wheel(pen: Pen, x: float, radius: float) -> None:
    pen.disc(x, -radius, radius, DARK)
    pen.disc(x, -radius, 0.42 * radius, CREAM)
