"""Simple drawings of objects and figures, each standing on y = 0 of the pen's frame, 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.shapes import spokes
from vqclip.world.things.materials import (
    BLUE,
    CREAM,
    DARK,
    GREEN,
    LAMPLIGHT,
    ORANGE,
    RED,
    STEEL,
    WOOD,
)


def snowman(pen: Pen, color: Color) -> None:
    """Draw a snowman with a hat and a scarf of the color."""
    for y, radius in ((-0.5, 0.52), (-1.2, 0.38), (-1.65, 0.28)):
        pen.disc(0, y, radius, (240, 244, 252))
    pen.box(-0.36, -1.93, 0.36, -1.83, color)
    pen.box(-0.22, -2.15, 0.22, -1.85, color)
    pen.box(-0.32, -1.48, 0.32, -1.34, color)
    pen.box(0.12, -1.45, 0.28, -1.0, color)
    for x in (-0.1, 0.1):
        pen.disc(x, -1.72, 0.05, DARK)
    pen.polygon([(0, -1.66), (0, -1.56), (0.35, -1.59)], ORANGE)
    for y in (-0.95, -0.65, -0.35):
        pen.disc(0, y, 0.05, DARK)


def umbrella(pen: Pen, color: Color) -> None:
    """Draw an open umbrella."""
    pen.line([(0, -1.8), (0, -0.15), (0.18, 0), (0.33, -0.15)], 0.09, WOOD)
    pen.polygon(arc(0, -0.95, 1.0, 0.95, 180, 360, 24), color)
    pen.polygon(arc(0, -0.95, 0.33, 0.95, 180, 360, 16), mix(color, DARK, 0.25))


def cup(pen: Pen, color: Color) -> None:
    """Draw a cup with a handle."""
    pen.ring(0.65, -0.8, 0.42, 0.16, color)
    pen.polygon([(-0.8, -1.4), (0.65, -1.4), (0.5, -0.12), (-0.65, -0.12)], color)
    pen.oval(-0.075, -0.13, 0.57, 0.13, color)
    pen.oval(-0.075, -1.4, 0.725, 0.16, mix(color, DARK, 0.3))
    pen.oval(-0.075, -1.37, 0.6, 0.11, (90, 50, 25))


def lamp(pen: Pen, color: Color) -> None:
    """Draw a table lamp; its shade has the color."""
    pen.box(-0.07, -1.0, 0.07, -0.1, WOOD)
    pen.oval(0, -0.12, 0.45, 0.12, WOOD)
    pen.oval(0, -1.0, 0.62, 0.14, LAMPLIGHT)
    pen.polygon([(-0.4, -1.95), (0.4, -1.95), (0.8, -1.0), (-0.8, -1.0)], color)


def key(pen: Pen, color: Color) -> None:
    """Draw a key standing on its bit."""
    pen.ring(0, -1.5, 0.48, 0.2, color)
    pen.box(-0.11, -1.1, 0.11, 0, color)
    for top, bottom in ((-0.55, -0.37), (-0.2, 0)):
        pen.box(0, top, 0.5, bottom, color)


def book(pen: Pen, color: Color) -> None:
    """Draw an open book."""
    pen.polygon(
        [(-1.15, -1.5), (0, -1.3), (1.15, -1.5), (1.15, -0.15), (0, 0), (-1.15, -0.15)], color
    )
    for side in (-1, 1):
        page = [(0, -1.15), (0.5 * side, -1.42), (0.92 * side, -1.37)]
        pen.polygon([*page, (0.92 * side, -0.42), (0.5 * side, -0.45), (0, -0.25)], CREAM)
        for y in (-1.1, -0.9, -0.7):
            pen.line([(0.2 * side, y), (0.8 * side, y - 0.08)], 0.05, STEEL)
    pen.line([(0, -1.13), (0, -0.1)], 0.05, mix(color, DARK, 0.4))


def guitar(pen: Pen, color: Color) -> None:
    """Draw a guitar, neck up."""
    pen.oval(0, -0.45, 0.62, 0.45, color)
    pen.oval(0, -0.95, 0.46, 0.36, color)
    pen.box(-0.09, -1.85, 0.09, -0.8, WOOD)
    pen.box(-0.17, -2.05, 0.17, -1.8, DARK)
    pen.disc(0, -0.78, 0.2, DARK)
    pen.box(-0.25, -0.35, 0.25, -0.25, DARK)
    pen.line([(0, -1.9), (0, -0.3)], 0.05, CREAM)


def crown(pen: Pen, color: Color) -> None:
    """Draw a crown with five points and jewels."""
    pen.polygon(
        [
            (-0.85, 0), (-1.05, -1.2), (-0.5, -0.7), (-0.35, -1.5), (0, -0.8),
            (0.35, -1.5), (0.5, -0.7), (1.05, -1.2), (0.85, 0),
        ],
        color,
    )  # fmt: skip
    for x, y in ((-1.05, -1.25), (-0.35, -1.55), (0.35, -1.55), (1.05, -1.25)):
        pen.disc(x, y, 0.12, color)
    pen.box(-0.87, -0.28, 0.87, -0.2, mix(color, DARK, 0.4))
    for x, jewel in ((-0.45, RED), (0, BLUE), (0.45, GREEN)):
        pen.disc(x, -0.45, 0.11, CREAM)
        pen.disc(x, -0.45, 0.08, jewel)


def robot(pen: Pen, color: Color) -> None:
    """Draw a robot from the front, with an antenna."""
    dark = mix(color, DARK, 0.4)
    pen.line([(0, -1.8), (0, -2.05)], 0.06, STEEL)
    pen.disc(0, -2.05, 0.1, RED)
    for side in (-1, 1):
        pen.box(0.28 * side - 0.14, -0.45, 0.28 * side + 0.14, 0, dark)
        pen.line([(0.55 * side, -1.0), (0.88 * side, -0.55)], 0.18, dark)
        pen.disc(0.9 * side, -0.5, 0.14, STEEL)
    pen.box(-0.55, -1.15, 0.55, -0.38, color)
    pen.box(-0.5, -1.85, 0.5, -1.22, color)
    pen.box(-0.15, -1.25, 0.15, -1.12, STEEL)
    for side in (-1, 1):
        pen.disc(0.22 * side, -1.62, 0.14, LAMPLIGHT)
        pen.disc(0.22 * side, -1.62, 0.07, DARK)
    pen.box(-0.28, -1.4, 0.28, -1.32, DARK)
    pen.box(-0.3, -0.95, 0.3, -0.6, STEEL)
    pen.disc(-0.13, -0.78, 0.09, GREEN)
    pen.disc(0.14, -0.78, 0.09, RED)


def ghost(pen: Pen, color: Color) -> None:
    """Draw a ghost with a wavy hem."""
    pen.polygon([*arc(0, -1.2, 0.75, 0.78, 180, 360, 24), (0.75, -0.2), (-0.75, -0.2)], color)
    for x in (-0.56, -0.19, 0.19, 0.56):
        pen.disc(x, -0.2, 0.19, color)
    for side in (-1, 1):
        pen.disc(0.28 * side, -1.3, 0.2, CREAM)
        pen.disc(0.28 * side, -1.27, 0.12, DARK)
    pen.oval(0, -0.85, 0.14, 0.18, DARK)


def clock(pen: Pen, color: Color) -> None:
    """Draw a round clock on two feet; its rim has the color."""
    for side in (-1, 1):
        pen.line([(0.5 * side, -0.4), (0.62 * side, -0.06)], 0.16, color)
    pen.disc(0, -0.98, 0.92, color)
    pen.disc(0, -0.98, 0.7, CREAM)
    for x, y in spokes(12):
        pen.disc(0.58 * x, -0.98 + 0.58 * y, 0.05, DARK)
    pen.line([(0, -0.98), (0, -1.45)], 0.08, DARK)
    pen.line([(0, -0.98), (0.3, -0.8)], 0.09, DARK)


def bell(pen: Pen, color: Color) -> None:
    """Draw a bell with its clapper."""
    pen.ring(0, -1.8, 0.18, 0.09, color)
    pen.disc(0, -0.17, 0.17, mix(color, DARK, 0.5))
    pen.polygon(
        [*arc(0, -1.15, 0.5, 0.55, 180, 360), (0.58, -0.6), (0.9, -0.25), (-0.9, -0.25),
         (-0.58, -0.6)],
        color,
    )  # fmt: skip
    pen.box(-0.8, -0.42, 0.8, -0.34, mix(color, DARK, 0.35))
