"""Simple drawings of vehicles, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen
from vqclip.world.things.materials import (
    CREAM,
    DARK,
    FLAME,
    GLASS,
    IRON,
    PORTHOLE,
    RED,
    WOOD,
    YELLOW,
)


def boat(pen: Pen, color: Color) -> None:
    """Draw a sailing boat."""
    pen.polygon([(-1, -0.4), (1, -0.4), (0.65, 0.05), (-0.7, 0.05)], color)
    pen.line([(0, -0.4), (0, -2)], 0.08, WOOD)
    pen.polygon([(0.1, -1.95), (0.1, -0.55), (0.95, -0.55)], CREAM)
    pen.polygon([(-0.1, -1.6), (-0.1, -0.55), (-0.7, -0.55)], CREAM)


def car(pen: Pen, color: Color) -> None:
    """Draw a car from the side."""
    pen.box(-1.15, -0.75, 1.15, -0.25, color)
    pen.polygon([(-0.7, -0.7), (-0.45, -1.2), (0.45, -1.2), (0.75, -0.7)], color)
    pen.polygon([(-0.5, -0.75), (-0.35, -1.08), (-0.05, -1.08), (-0.05, -0.75)], GLASS)
    pen.polygon([(0.08, -0.75), (0.08, -1.08), (0.38, -1.08), (0.55, -0.75)], GLASS)
    for x in (-0.65, 0.65):
        _wheel(pen, x, 0.26)


def bus(pen: Pen, color: Color) -> None:
    """Draw a bus from the side, with a row of windows."""
    pen.box(-1.15, -1.6, 1.15, -0.25, color)
    for x in (-1.05, -0.6, -0.15, 0.3):
        pen.box(x, -1.4, x + 0.36, -0.92, GLASS)
    pen.box(0.76, -1.4, 1.06, -0.25, GLASS)
    pen.box(-1.15, -0.7, 0.7, -0.6, mix(color, DARK, 0.4))
    for x in (-0.65, 0.45):
        _wheel(pen, x, 0.27)


def truck(pen: Pen, color: Color) -> None:
    """Draw a truck from the side, with its cab to the left."""
    pen.box(-0.4, -1.55, 1.15, -0.35, color)
    for x in (-0.05, 0.35, 0.75):
        pen.box(x, -1.5, x + 0.05, -0.4, mix(color, DARK, 0.35))
    pen.box(-0.5, -0.4, 1.15, -0.25, IRON)
    pen.polygon(
        [(-1.15, -0.75), (-0.95, -1.25), (-0.5, -1.25), (-0.5, -0.25), (-1.15, -0.25)],
        mix(color, DARK, 0.4),
    )
    pen.polygon([(-1.0, -0.8), (-0.88, -1.12), (-0.62, -1.12), (-0.62, -0.8)], GLASS)
    for x in (-0.8, 0.4, 0.85):
        _wheel(pen, x, 0.25)


def train(pen: Pen, color: Color) -> None:
    """Draw a steam locomotive heading left."""
    pen.box(-0.85, -1.75, -0.55, -1.0, DARK)
    pen.box(-0.95, -1.85, -0.45, -1.68, DARK)
    pen.box(-1.0, -1.2, 0.4, -0.5, color)
    pen.disc(-0.98, -0.85, 0.35, mix(color, DARK, 0.4))
    pen.box(0.3, -1.75, 1.05, -0.4, color)
    pen.box(0.2, -1.9, 1.15, -1.7, mix(color, DARK, 0.5))
    pen.box(0.47, -1.5, 0.87, -1.1, GLASS)
    pen.disc(-0.1, -1.2, 0.2, YELLOW)
    pen.polygon([(-1.0, -0.5), (-1.2, -0.05), (-0.85, -0.05)], IRON)
    pen.box(-1.0, -0.5, 1.05, -0.35, IRON)
    for x, radius in ((-0.6, 0.25), (-0.05, 0.25), (0.65, 0.34)):
        _wheel(pen, x, radius)
    pen.line([(-0.6, -0.25), (0.65, -0.3)], 0.08, RED)


def airplane(pen: Pen, color: Color) -> None:
    """Draw an airplane flying to the left."""
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
    """Draw a bicycle from the side."""
    for x in (-0.65, 0.65):
        pen.ring(x, -0.5, 0.5, 0.1, DARK)
        pen.disc(x, -0.5, 0.08, IRON)
    frame = ((-0.65, -0.5), (-0.3, -1.15), (0.42, -1.15), (-0.02, -0.5), (-0.65, -0.5))
    pen.line(frame, 0.13, color)
    pen.line([(-0.38, -1.35), (-0.02, -0.5)], 0.13, color)
    pen.line([(0.65, -0.5), (0.36, -1.5)], 0.13, color)
    pen.line([(-0.58, -1.4), (-0.2, -1.4)], 0.14, DARK)
    pen.line([(0.15, -1.55), (0.4, -1.55), (0.6, -1.4)], 0.1, DARK)
    pen.disc(-0.02, -0.5, 0.14, IRON)


def submarine(pen: Pen, color: Color) -> None:
    """Draw a submarine with three portholes and a periscope."""
    pen.line([(-0.05, -1.2), (-0.05, -1.85), (-0.35, -1.85)], 0.11, IRON)
    pen.polygon([(-0.4, -0.95), (-0.3, -1.4), (0.3, -1.4), (0.4, -0.95)], color)
    pen.polygon([(0.75, -0.6), (1.15, -1.0), (1.15, -0.15)], IRON)
    pen.oval(-0.1, -0.6, 0.98, 0.5, color)
    for x in (-0.6, -0.15, 0.3):
        pen.disc(x, -0.65, 0.19, CREAM)
        pen.disc(x, -0.65, 0.13, PORTHOLE)


def rocket(pen: Pen, color: Color) -> None:
    """Draw a rocket with its flame."""
    pen.polygon([(-0.2, -0.3), (0.2, -0.3), (0, 0.1)], FLAME)
    pen.polygon([(-0.35, -0.8), (-0.75, -0.2), (-0.3, -0.3)], (60, 70, 90))
    pen.polygon([(0.35, -0.8), (0.75, -0.2), (0.3, -0.3)], (60, 70, 90))
    pen.oval(0, -1.15, 0.38, 0.9, color)
    pen.disc(0, -1.35, 0.21, CREAM)
    pen.disc(0, -1.35, 0.15, PORTHOLE)


def balloon(pen: Pen, color: Color) -> None:
    """Draw a hot air balloon."""
    pen.oval(0, -1.25, 0.75, 0.8, color)
    pen.oval(0, -1.25, 0.3, 0.8, CREAM)
    for x in (-0.25, 0.25):
        pen.line([(x * 1.8, -0.65), (x, -0.3)], 0.05, WOOD)
    pen.box(-0.27, -0.32, 0.27, 0, WOOD)


def _wheel(pen: Pen, x: float, radius: float) -> None:
    pen.disc(x, -radius, radius, DARK)
    pen.disc(x, -radius, 0.42 * radius, CREAM)
