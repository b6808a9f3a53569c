"""Simple drawings of plants, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.shapes import spokes
from vqclip.world.things.materials import CREAM, LEAF, WOOD, YELLOW


def pine(pen: Pen, color: Color) -> None:
    """Draw a pine of three tiers."""
    pen.box(-0.13, -0.45, 0.13, 0, WOOD)
    for top, base, half in ((-2, -1.25, 0.5), (-1.6, -0.8, 0.68), (-1.15, -0.35, 0.85)):
        pen.polygon([(0, top), (-half, base), (half, base)], color)


def tree(pen: Pen, color: Color) -> None:
    """Draw a tree with a round crown."""
    pen.polygon([(-0.14, -1), (0.14, -1), (0.2, 0), (-0.2, 0)], WOOD)
    for x, y, radius in ((0, -1.4, 0.6), (-0.42, -1.1, 0.45), (0.42, -1.1, 0.45)):
        pen.disc(x, y, radius, color)


def palm(pen: Pen, color: Color) -> None:
    """Draw a palm tree; its leaves have the color."""
    pen.line([(-0.25, -0.03), (-0.15, -0.7), (0.05, -1.4)], 0.2, WOOD)
    for side in (-1, 1):
        for reach, drop in ((1.0, -0.7), (1.0, -1.2), (0.62, -0.45)):
            tip = (0.05 + reach * side, drop - 0.25)
            over = (0.05 + 0.5 * reach * side, -1.95 if drop < -1 else -1.72)
            under = (0.05 + 0.45 * reach * side, over[1] + 0.38)
            pen.polygon([(0.05, -1.42), over, tip, under], color)
    pen.polygon([(0.05, -1.4), (-0.2, -1.98), (0.15, -2.0)], color)
    for x in (-0.06, 0.17):
        pen.disc(x, -1.34, 0.11, mix(WOOD, (0, 0, 0), 0.3))


def cactus(pen: Pen, color: Color) -> None:
    """Draw a cactus with two arms."""
    pen.line([(0, -0.05), (0, -1.75)], 0.46, color)
    pen.line([(0, -0.75), (-0.65, -0.75), (-0.65, -1.3)], 0.27, color)
    pen.line([(0, -0.55), (0.65, -0.55), (0.65, -1.15)], 0.27, color)
    light = mix(color, CREAM, 0.45)
    for x in (-0.1, 0.1):
        pen.line([(x, -0.2), (x, -1.7)], 0.04, light)
    pen.box(-0.4, -0.06, 0.4, 0.02, (190, 150, 90))


def flower(pen: Pen, color: Color) -> None:
    """Draw a flower on its stem."""
    pen.line([(0, -1.2), (0, 0)], 0.12, LEAF)
    pen.oval(0.32, -0.45, 0.3, 0.12, LEAF)
    for x, y in spokes(6):
        pen.disc(0.42 * x, -1.35 + 0.42 * y, 0.3, color)
    pen.disc(0, -1.35, 0.26, YELLOW if color[0] < 200 or color[1] < 160 else WOOD)


def sunflower(pen: Pen, color: Color) -> None:
    """Draw a sunflower: many pointed petals of the color about a brown disc."""
    pen.line([(0, -1.2), (0, -0.03)], 0.13, LEAF)
    for side in (-1, 1):
        pen.oval(0.36 * side, -0.4, 0.34, 0.13, LEAF)
    pen.polygon([(0.8 * x, -1.25 + 0.8 * y) for x, y in spokes(16, inner=0.65)], color)
    pen.disc(0, -1.25, 0.42, (85, 50, 25))
    for x, y in spokes(8):
        pen.disc(0.24 * x, -1.25 + 0.24 * y, 0.05, (150, 95, 40))


def tulip(pen: Pen, color: Color) -> None:
    """Draw a tulip on its stem with two long leaves."""
    pen.line([(0, -1.1), (0, -0.03)], 0.12, LEAF)
    for side in (-1, 1):
        pen.polygon(
            [(0, -0.05), (0.25 * side, -0.6), (0.6 * side, -0.95), (0.4 * side, -0.4)], LEAF
        )
    pen.polygon(arc(0, -1.4, 0.5, 0.5, 0, 180), color)
    for x in (-0.5, -0.25, 0):
        pen.polygon([(x, -1.38), (x + 0.25, -1.98), (x + 0.5, -1.38)], color)
    pen.polygon([(-0.2, -1.35), (0, -1.85), (0.2, -1.35), (0, -1.0)], mix(color, CREAM, 0.3))


def mushroom(pen: Pen, color: Color) -> None:
    """Draw a mushroom with dots."""
    pen.box(-0.28, -0.9, 0.28, 0, CREAM)
    pen.polygon(arc(0, -0.85, 0.95, 0.95, 180, 360, 24), color)
    for x, y, radius in ((-0.4, -1.2, 0.15), (0.1, -1.45, 0.17), (0.5, -1.1, 0.13)):
        pen.disc(x, y, radius, CREAM)
