"""Simple drawings of buildings, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.shapes import spokes
from vqclip.world.things.materials import CREAM, DARK, LAMPLIGHT, RED, ROOF, WOOD, YELLOW


def house(pen: Pen, color: Color) -> None:
    """Draw a house with a gable roof, a door and two windows."""
    pen.box(-0.85, -1.15, 0.85, 0, color)
    pen.polygon([(-1.1, -1.1), (0, -2), (1.1, -1.1)], ROOF)
    pen.box(-0.2, -0.65, 0.2, 0, WOOD)
    for x in (-0.65, 0.35):
        pen.box(x, -0.9, x + 0.32, -0.55, LAMPLIGHT)


def lighthouse(pen: Pen, color: Color) -> None:
    """Draw a lighthouse with two bands."""
    pen.polygon([(-0.28, -1.5), (0.28, -1.5), (0.45, 0), (-0.45, 0)], CREAM)
    for top, bottom in ((-1.2, -0.9), (-0.6, -0.3)):
        left, right = 0.28 + 0.17 * (1.5 + top) / 1.5, 0.28 + 0.17 * (1.5 + bottom) / 1.5
        pen.polygon([(-left, top), (left, top), (right, bottom), (-right, bottom)], color)
    pen.box(-0.22, -1.75, 0.22, -1.5, LAMPLIGHT)
    pen.polygon([(-0.34, -1.75), (0, -2.05), (0.34, -1.75)], color)


def castle(pen: Pen, color: Color) -> None:
    """Draw a castle with two towers."""
    pen.box(-0.7, -1, 0.7, 0, color)
    for x in (-0.8, 0.8):
        pen.box(x - 0.28, -1.45, x + 0.28, 0, color)
        pen.polygon([(x - 0.38, -1.45), (x, -2), (x + 0.38, -1.45)], (150, 50, 50))
        pen.box(x - 0.08, -1.15, x + 0.08, -0.85, DARK)
    for x in (-0.4, -0.1, 0.2):
        pen.box(x, -1.18, x + 0.18, -1, color)
    pen.box(-0.2, -0.5, 0.2, 0, WOOD)
    pen.disc(0, -0.5, 0.2, WOOD)


def windmill(pen: Pen, color: Color) -> None:
    """Draw a windmill with four sails."""
    pen.polygon([(-0.3, -1.3), (0.3, -1.3), (0.52, 0), (-0.52, 0)], color)
    pen.polygon([(-0.4, -1.25), (0, -1.7), (0.4, -1.25)], ROOF)
    pen.box(-0.14, -0.42, 0.14, 0, WOOD)
    for x, y in spokes(4, turn=0.6):
        pen.polygon(
            [
                (0.1 * x, -1.25 + 0.1 * y),
                (0.85 * x, -1.25 + 0.85 * y),
                (0.85 * x - 0.22 * y, -1.25 + 0.85 * y + 0.22 * x),
                (0.3 * x - 0.22 * y, -1.25 + 0.3 * y + 0.22 * x),
            ],
            CREAM,
        )
        pen.line([(0, -1.25), (0.88 * x, -1.25 + 0.88 * y)], 0.07, WOOD)
    pen.disc(0, -1.25, 0.1, DARK)


def church(pen: Pen, color: Color) -> None:
    """Draw a church with a spire and a cross."""
    pen.box(-0.2, -0.9, 1.0, 0, color)
    pen.polygon([(-0.3, -0.85), (0, -1.3), (0.85, -1.3), (1.12, -0.85)], ROOF)
    pen.box(-0.8, -1.2, -0.15, 0, mix(color, CREAM, 0.25))
    pen.polygon([(-0.9, -1.18), (-0.475, -1.8), (-0.05, -1.18)], ROOF)
    pen.line([(-0.475, -1.75), (-0.475, -2.1)], 0.07, YELLOW)
    pen.line([(-0.6, -1.98), (-0.35, -1.98)], 0.07, YELLOW)
    pen.disc(-0.475, -0.95, 0.13, LAMPLIGHT)
    pen.box(-0.63, -0.4, -0.32, 0, WOOD)
    pen.disc(-0.475, -0.4, 0.155, WOOD)
    for x in (0.2, 0.6):
        pen.box(x - 0.1, -0.6, x + 0.1, -0.25, LAMPLIGHT)
        pen.disc(x, -0.6, 0.1, LAMPLIGHT)


def tower(pen: Pen, color: Color) -> None:
    """Draw a round tower with battlements and a flag."""
    pen.line([(0, -1.6), (0, -2.15)], 0.05, WOOD)
    pen.polygon([(0, -2.15), (0.45, -2.02), (0, -1.88)], RED)
    pen.box(-0.4, -1.4, 0.4, 0, color)
    pen.box(-0.52, -1.55, 0.52, -1.25, color)
    for x in (-0.52, -0.13, 0.26):
        pen.box(x, -1.75, x + 0.26, -1.5, color)
    shadow = mix(color, DARK, 0.3)
    pen.box(0.18, -1.25, 0.4, 0, shadow)
    pen.box(-0.52, -1.28, 0.52, -1.22, shadow)
    for y in (-1.0, -0.6):
        pen.box(-0.08, y, 0.08, y + 0.22, DARK)
    pen.box(-0.15, -0.28, 0.15, 0, WOOD)


def skyscraper(pen: Pen, color: Color) -> None:
    """Draw a skyscraper with rows of windows and an antenna."""
    pen.line([(0, -1.9), (0, -2.2)], 0.06, DARK)
    pen.box(-0.3, -1.95, 0.3, -1.6, color)
    pen.box(-0.48, -1.7, 0.48, 0, color)
    for row in range(6):
        for x in (-0.37, -0.1, 0.17):
            pen.box(x, -1.58 + 0.24 * row, x + 0.19, -1.44 + 0.24 * row, LAMPLIGHT)
    pen.box(-0.12, -0.16, 0.12, 0, DARK)


def tent(pen: Pen, color: Color) -> None:
    """Draw a tent with an open entrance."""
    pen.line([(-0.08, -1.6), (0, -1.45), (0.08, -1.6)], 0.06, WOOD)
    pen.polygon([(0, -1.5), (-1.1, 0), (1.1, 0)], color)
    pen.polygon([(0, -1.5), (0.45, 0), (1.1, 0)], mix(color, DARK, 0.3))
    pen.polygon([(0, -1.15), (-0.38, 0), (0.38, 0)], DARK)
    pen.polygon([(0, -1.15), (-0.38, 0), (-0.52, 0)], mix(color, CREAM, 0.4))


def bridge(pen: Pen, color: Color) -> None:
    """Draw a suspension bridge with two towers."""
    for x in (-0.62, 0.62):
        pen.box(x - 0.1, -1.75, x + 0.1, 0, color)
    pen.box(-1.2, -0.6, 1.2, -0.42, color)
    cables = (
        arc(0, -1.7, 0.62, 0.95, 180, 0),
        [(-0.62, -1.7), (-1.2, -0.6)],
        [(0.62, -1.7), (1.2, -0.6)],
    )
    for cable in cables:
        pen.line(cable, 0.08, color)
    for k in range(-2, 3):
        x = 0.2 * k
        pen.line([(x, -1.7 + 0.95 * (1 - (x / 0.62) ** 2) ** 0.5), (x, -0.5)], 0.05, color)
