"""Simple drawings of things, by their English names.

Every drawing stands on y = 0 of the pen's frame, reaches up to about y = -2 and is about two wide.
"""

from __future__ import annotations

from collections.abc import Callable

from vqclip.training.pen import Color, Pen
from vqclip.training.shapes import spokes

WOOD: Color = (110, 70, 35)
GLASS: Color = (255, 236, 150)
DARK: Color = (35, 30, 40)
LEAF: Color = (45, 130, 50)
CREAM: Color = (245, 240, 225)


def house(pen: Pen, color: Color) -> None:
    """A house with a gable roof, a door and two windows."""
    pen.box(-0.85, -1.15, 0.85, 0, color)
    pen.polygon([(-1.1, -1.1), (0, -2), (1.1, -1.1)], (95, 45, 40))
    pen.box(-0.2, -0.65, 0.2, 0, WOOD)
    for x in (-0.65, 0.35):
        pen.box(x, -0.9, x + 0.32, -0.55, GLASS)


def pine(pen: Pen, color: Color) -> None:
    """A pine of three tiers."""
    pen.box(-0.13, -0.45, 0.13, 0, WOOD)
    for top, base, half in ((-2, -1.25, 0.5), (-1.6, -0.8, 0.68), (-1.15, -0.35, 0.85)):
        pen.polygon([(0, top), (-half, base), (half, base)], color)


def tree(pen: Pen, color: Color) -> None:
    """A tree with a round crown."""
    pen.polygon([(-0.14, -1), (0.14, -1), (0.2, 0), (-0.2, 0)], WOOD)
    for x, y, radius in ((0, -1.4, 0.6), (-0.42, -1.1, 0.45), (0.42, -1.1, 0.45)):
        pen.disc(x, y, radius, color)


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
        pen.disc(x, -0.22, 0.28, DARK)
        pen.disc(x, -0.22, 0.11, CREAM)


def lighthouse(pen: Pen, color: Color) -> None:
    """A lighthouse with two bands."""
    pen.polygon([(-0.28, -1.5), (0.28, -1.5), (0.45, 0), (-0.45, 0)], CREAM)
    for top, bottom in ((-1.2, -0.9), (-0.6, -0.3)):
        left, right = 0.28 + 0.17 * (1.5 + top) / 1.5, 0.28 + 0.17 * (1.5 + bottom) / 1.5
        pen.polygon([(-left, top), (left, top), (right, bottom), (-right, bottom)], color)
    pen.box(-0.22, -1.75, 0.22, -1.5, GLASS)
    pen.polygon([(-0.34, -1.75), (0, -2.05), (0.34, -1.75)], color)


def castle(pen: Pen, color: Color) -> None:
    """A castle with two towers."""
    pen.box(-0.7, -1, 0.7, 0, color)
    for x in (-0.8, 0.8):
        pen.box(x - 0.28, -1.45, x + 0.28, 0, color)
        pen.polygon([(x - 0.38, -1.45), (x, -2), (x + 0.38, -1.45)], (150, 50, 50))
        pen.box(x - 0.08, -1.15, x + 0.08, -0.85, DARK)
    for x in (-0.4, -0.1, 0.2):
        pen.box(x, -1.18, x + 0.18, -1, color)
    pen.box(-0.2, -0.5, 0.2, 0, WOOD)
    pen.disc(0, -0.5, 0.2, WOOD)


def rocket(pen: Pen, color: Color) -> None:
    """A rocket with its flame."""
    pen.polygon([(-0.2, -0.3), (0.2, -0.3), (0, 0.1)], (255, 170, 40))
    pen.polygon([(-0.35, -0.8), (-0.75, -0.2), (-0.3, -0.3)], (60, 70, 90))
    pen.polygon([(0.35, -0.8), (0.75, -0.2), (0.3, -0.3)], (60, 70, 90))
    pen.oval(0, -1.15, 0.38, 0.9, color)
    pen.disc(0, -1.35, 0.17, (120, 200, 240))


def balloon(pen: Pen, color: Color) -> None:
    """A hot air balloon."""
    pen.oval(0, -1.25, 0.75, 0.8, color)
    pen.oval(0, -1.25, 0.3, 0.8, CREAM)
    for x in (-0.25, 0.25):
        pen.line([(x * 1.8, -0.65), (x, -0.3)], 0.05, WOOD)
    pen.box(-0.27, -0.32, 0.27, 0, WOOD)


def flower(pen: Pen, color: Color) -> None:
    """A flower on its stem."""
    pen.line([(0, -1.2), (0, 0)], 0.12, LEAF)
    pen.oval(0.32, -0.45, 0.3, 0.12, LEAF)
    for x, y in spokes(6):
        pen.disc(0.42 * x, -1.35 + 0.42 * y, 0.3, color)
    pen.disc(0, -1.35, 0.26, (250, 214, 40) if color != (250, 214, 40) else WOOD)


def mushroom(pen: Pen, color: Color) -> None:
    """A mushroom with dots."""
    pen.box(-0.28, -0.9, 0.28, 0, CREAM)
    pen.polygon([(x, y - 0.85) for x, y in _dome(0.95, 0.95)], color)
    for x, y, radius in ((-0.4, -1.2, 0.15), (0.1, -1.45, 0.17), (0.5, -1.1, 0.13)):
        pen.disc(x, y, radius, CREAM)


def snowman(pen: Pen, color: Color) -> None:
    """A snowman with a scarf."""
    for y, radius in ((-0.5, 0.52), (-1.2, 0.4), (-1.72, 0.3)):
        pen.disc(0, y, radius, (240, 244, 252))
    pen.box(-0.32, -1.5, 0.32, -1.36, color)
    for x in (-0.1, 0.1):
        pen.disc(x, -1.78, 0.05, DARK)
    pen.polygon([(0, -1.7), (0, -1.6), (0.35, -1.63)], (247, 127, 20))


def fish(pen: Pen, color: Color) -> None:
    """A fish swimming to the left."""
    pen.polygon([(0.5, -0.9), (1.1, -1.4), (1.1, -0.4)], color)
    pen.oval(-0.1, -0.9, 0.8, 0.48, color)
    pen.disc(-0.55, -1.0, 0.1, CREAM)
    pen.disc(-0.57, -1.0, 0.05, DARK)


def cat(pen: Pen, color: Color) -> None:
    """The face of a cat."""
    for side in (-1, 1):
        pen.polygon([(0.75 * side, -1.95), (0.15 * side, -1.5), (0.78 * side, -1)], color)
    pen.oval(0, -0.9, 0.85, 0.75, color)
    for side in (-1, 1):
        pen.oval(0.35 * side, -1.05, 0.13, 0.17, (200, 230, 120))
        pen.oval(0.35 * side, -1.05, 0.05, 0.15, DARK)
        pen.line([(0.2 * side, -0.65), (0.75 * side, -0.7)], 0.03, DARK)
    pen.polygon([(-0.1, -0.78), (0.1, -0.78), (0, -0.65)], (230, 120, 130))


def apple(pen: Pen, color: Color) -> None:
    """An apple with a leaf."""
    for side in (-1, 1):
        pen.oval(0.28 * side, -0.75, 0.55, 0.72, color)
    pen.line([(0, -1.35), (0.08, -1.75)], 0.1, WOOD)
    pen.oval(0.35, -1.65, 0.28, 0.13, LEAF)


def umbrella(pen: Pen, color: Color) -> None:
    """An open umbrella."""
    pen.line([(0, -1.8), (0, -0.15), (0.18, 0), (0.33, -0.15)], 0.09, WOOD)
    pen.polygon([(x, y - 0.95) for x, y in _dome(1.0, 0.95)], color)


def _dome(rx: float, ry: float) -> list[tuple[float, float]]:
    return [(rx * x, ry * min(0.0, y)) for x, y in spokes(48)]


THINGS: dict[str, Callable[[Pen, Color], None]] = {
    "house": house,
    "tree": tree,
    "sailing boat": boat,
    "car": car,
    "lighthouse": lighthouse,
    "castle": castle,
    "rocket": rocket,
    "hot air balloon": balloon,
    "flower": flower,
    "mushroom": mushroom,
    "snowman": snowman,
    "fish": fish,
    "cat": cat,
    "apple": apple,
    "umbrella": umbrella,
}
