"""Simple drawings of animals, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.things.materials import BEAK, CREAM, DARK, RED, ROSE


def cat(pen: Pen, color: Color) -> None:
    """Draw the face of a cat."""
    for side in (-1, 1):
        pen.polygon([(0.75 * side, -1.95), (0.15 * side, -1.5), (0.78 * side, -1)], color)
        pen.polygon([(0.68 * side, -1.75), (0.35 * side, -1.5), (0.7 * side, -1.25)], ROSE)
    pen.oval(0, -0.9, 0.85, 0.75, color)
    for side in (-1, 1):
        pen.oval(0.35 * side, -1.05, 0.15, 0.19, (200, 230, 120))
        pen.oval(0.35 * side, -1.05, 0.05, 0.15, DARK)
        for end in (-0.7, -0.55):
            pen.line([(0.25 * side, -0.65), (0.95 * side, end)], 0.04, _contrast(color))
    pen.polygon([(-0.12, -0.8), (0.12, -0.8), (0, -0.65)], ROSE)


def fish(pen: Pen, color: Color) -> None:
    """Draw a fish swimming to the left."""
    fin = mix(color, DARK, 0.25)
    pen.polygon([(0.5, -0.9), (1.1, -1.4), (0.95, -0.9), (1.1, -0.4)], fin)
    pen.polygon([(-0.3, -1.25), (0.15, -1.65), (0.4, -1.2)], fin)
    pen.oval(-0.1, -0.9, 0.85, 0.5, color)
    pen.line(arc(-0.65, -0.9, 0.35, 0.45, -50, 50, 8), 0.05, fin)
    _eye(pen, -0.6, -1.02, 0.13)


def dog(pen: Pen, color: Color) -> None:
    """Draw a dog from the side, facing left."""
    dark = mix(color, DARK, 0.4)
    pen.line([(0.65, -0.95), (0.95, -1.2), (1.0, -1.55)], 0.17, color)
    for x in (-0.5, -0.2, 0.4, 0.62):
        pen.box(x - 0.11, -0.6, x + 0.11, 0, color)
    pen.oval(0.08, -0.85, 0.75, 0.34, color)
    pen.line([(-0.5, -0.9), (-0.6, -1.35)], 0.4, color)
    pen.disc(-0.6, -1.5, 0.36, color)
    pen.oval(-0.9, -1.38, 0.3, 0.18, color)
    pen.oval(-0.4, -1.4, 0.15, 0.38, dark)
    pen.disc(-1.14, -1.45, 0.09, DARK)
    _eye(pen, -0.72, -1.6, 0.09)
    pen.line([(-0.68, -1.03), (-0.3, -1.0)], 0.12, RED)


def bird(pen: Pen, color: Color) -> None:
    """Draw a small sitting bird, facing left."""
    dark = mix(color, DARK, 0.35)
    for x in (-0.1, 0.15):
        pen.line([(x, -0.4), (x, -0.03)], 0.06, BEAK)
        pen.line([(x - 0.14, -0.04), (x + 0.1, -0.04)], 0.06, BEAK)
    pen.polygon([(0.35, -0.95), (1.15, -0.75), (1.1, -0.5), (0.4, -0.5)], dark)
    pen.oval(0, -0.85, 0.68, 0.5, color)
    pen.disc(-0.45, -1.35, 0.38, color)
    pen.polygon([(-0.78, -1.48), (-1.15, -1.3), (-0.78, -1.2)], BEAK)
    pen.oval(-0.25, -0.65, 0.35, 0.24, mix(color, CREAM, 0.6))
    pen.polygon([(-0.2, -1.05), (0.5, -1.05), (0.75, -0.65), (0.2, -0.65)], dark)
    _eye(pen, -0.52, -1.43, 0.11)


def owl(pen: Pen, color: Color) -> None:
    """Draw an owl from the front."""
    dark = mix(color, DARK, 0.4)
    for side in (-1, 1):
        pen.oval(0.25 * side, -0.06, 0.2, 0.08, BEAK)
        pen.polygon([(0.72 * side, -2), (0.1 * side, -1.7), (0.7 * side, -1.3)], color)
    pen.oval(0, -0.85, 0.75, 0.8, color)
    pen.oval(0, -1.35, 0.72, 0.5, color)
    pen.oval(0, -0.6, 0.42, 0.5, mix(color, CREAM, 0.6))
    for side in (-1, 1):
        pen.oval(0.68 * side, -0.75, 0.17, 0.5, dark)
        pen.disc(0.31 * side, -1.38, 0.31, CREAM)
        pen.disc(0.31 * side, -1.38, 0.16, DARK)
    pen.polygon([(-0.12, -1.25), (0.12, -1.25), (0, -0.98)], BEAK)


def rabbit(pen: Pen, color: Color) -> None:
    """Draw a rabbit from the front, with long ears."""
    for side in (-1, 1):
        pen.oval(0.25 * side, -1.65, 0.17, 0.45, color)
        pen.oval(0.25 * side, -1.62, 0.08, 0.32, ROSE)
        pen.oval(0.38 * side, -0.1, 0.3, 0.14, mix(color, DARK, 0.15))
    pen.oval(0, -0.45, 0.55, 0.45, color)
    pen.oval(0, -0.4, 0.3, 0.3, mix(color, CREAM, 0.6))
    pen.oval(0, -1.05, 0.5, 0.42, color)
    for side in (-1, 1):
        _eye(pen, 0.2 * side, -1.12, 0.1)
    pen.oval(0, -0.93, 0.09, 0.06, ROSE)
    pen.box(-0.07, -0.85, 0.07, -0.7, CREAM)


def butterfly(pen: Pen, color: Color) -> None:
    """Draw a butterfly with open wings."""
    light = mix(color, CREAM, 0.55)
    for side in (-1, 1):
        pen.polygon(
            [(0, -1.1), (0.55 * side, -1.95), (1.05 * side, -1.8), (0.95 * side, -1.2)], color
        )
        pen.oval(0.68 * side, -1.5, 0.36, 0.4, color)
        pen.oval(0.5 * side, -0.65, 0.42, 0.45, color)
        pen.disc(0.68 * side, -1.5, 0.19, light)
        pen.disc(0.52 * side, -0.62, 0.17, light)
        pen.line([(0, -1.5), (0.28 * side, -1.97)], 0.05, DARK)
    pen.oval(0, -1.0, 0.1, 0.62, DARK)


def turtle(pen: Pen, color: Color) -> None:
    """Draw a turtle from the side, facing left."""
    skin = (140, 180, 90)
    pen.oval(-0.95, -0.8, 0.26, 0.22, skin)
    pen.line([(-0.85, -0.7), (-0.5, -0.4)], 0.24, skin)
    pen.polygon([(0.75, -0.3), (1.15, -0.2), (0.75, -0.15)], skin)
    for x in (-0.5, 0.5):
        pen.oval(x, -0.17, 0.2, 0.17, skin)
    pen.polygon([*arc(0.05, -0.25, 0.85, 1.0, 180, 360, 24)], color)
    dark = mix(color, DARK, 0.4)
    for x in (-0.4, 0.05, 0.5):
        pen.oval(x, -0.65, 0.16, 0.2, dark)
    pen.box(-0.82, -0.34, 0.92, -0.22, dark)
    _eye(pen, -1.02, -0.86, 0.08)


def duck(pen: Pen, color: Color) -> None:
    """Draw a duck swimming to the left."""
    pen.polygon([(0.4, -0.8), (1.1, -1.05), (0.8, -0.3)], color)
    pen.oval(0.1, -0.45, 0.85, 0.45, color)
    pen.line([(-0.45, -0.6), (-0.5, -1.2)], 0.4, color)
    pen.disc(-0.52, -1.35, 0.38, color)
    pen.oval(-0.97, -1.25, 0.26, 0.11, BEAK)
    pen.oval(0.25, -0.5, 0.42, 0.22, mix(color, DARK, 0.3))
    _eye(pen, -0.62, -1.45, 0.1)


def ladybug(pen: Pen, color: Color) -> None:
    """Draw a ladybug from above."""
    for side in (-1, 1):
        for y in (-1.1, -0.75, -0.4):
            pen.line([(0, y), (0.95 * side, y - 0.1)], 0.08, DARK)
        pen.line([(0.1 * side, -1.6), (0.35 * side, -1.95)], 0.06, DARK)
    pen.disc(0, -1.5, 0.35, DARK)
    pen.oval(0, -0.72, 0.78, 0.72, color)
    pen.line([(0, -1.4), (0, -0.02)], 0.07, DARK)
    for side in (-1, 1):
        for x, y in ((0.32, -1.08), (0.5, -0.65), (0.27, -0.32)):
            pen.disc(x * side, y, 0.14, DARK)
        pen.disc(0.16 * side, -1.62, 0.08, CREAM)


def bee(pen: Pen, color: Color) -> None:
    """Draw a striped bee flying to the left."""
    for x, y, rx, ry in ((0.1, -1.5, 0.28, 0.45), (0.42, -1.4, 0.24, 0.38)):
        pen.oval(x, y, rx, ry, (205, 230, 245))
    pen.polygon([(0.75, -0.9), (1.1, -0.75), (0.75, -0.6)], DARK)
    pen.oval(0.05, -0.75, 0.85, 0.5, color)
    for x, half in ((-0.1, 0.47), (0.25, 0.46), (0.58, 0.36)):
        pen.box(x - 0.09, -0.75 - half, x + 0.09, -0.75 + half, DARK)
    for x in (-0.55, -0.35):
        pen.line([(x, -1.1), (x - 0.25, -1.55)], 0.06, DARK)
    _eye(pen, -0.52, -0.85, 0.13)


def elephant(pen: Pen, color: Color) -> None:
    """Draw an elephant from the side, with its trunk to the left."""
    dark = mix(color, DARK, 0.3)
    for x in (-0.3, 0.75):
        pen.box(x - 0.18, -0.7, x + 0.18, 0, color)
    for x in (0.05, 0.42):
        pen.box(x - 0.15, -0.7, x + 0.15, -0.05, dark)
    pen.oval(0.28, -1.05, 0.75, 0.58, color)
    pen.line([(0.95, -1.2), (1.1, -0.6)], 0.07, dark)
    pen.disc(-0.5, -1.38, 0.47, color)
    pen.line([(-0.8, -1.25), (-0.95, -0.8), (-0.95, -0.35), (-1.12, -0.2)], 0.22, color)
    pen.polygon([(-0.75, -0.98), (-0.55, -0.95), (-0.85, -0.62)], CREAM)
    pen.oval(-0.2, -1.4, 0.3, 0.42, dark)
    _eye(pen, -0.68, -1.5, 0.09)


def snail(pen: Pen, color: Color) -> None:
    """Draw a snail creeping to the left; its shell has the color."""
    skin = (225, 195, 150)
    pen.polygon([(-0.9, -0.25), (1.1, 0), (-0.9, 0)], skin)
    pen.line([(-0.8, -0.15), (-0.85, -0.75)], 0.32, skin)
    for x in (-0.98, -0.72):
        pen.line([(x, -0.8), (x - 0.05, -1.3)], 0.07, skin)
        pen.disc(x - 0.05, -1.32, 0.09, DARK)
    pen.disc(0.2, -0.8, 0.72, color)
    dark = mix(color, DARK, 0.5)
    pen.ring(0.2, -0.8, 0.72, 0.09, dark)
    pen.ring(0.26, -0.76, 0.46, 0.09, dark)
    pen.disc(0.3, -0.74, 0.16, dark)


def penguin(pen: Pen, color: Color) -> None:
    """Draw a penguin from the front; its coat has the color."""
    for side in (-1, 1):
        pen.oval(0.25 * side, -0.06, 0.24, 0.08, BEAK)
        pen.polygon([(0.4 * side, -1.3), (0.95 * side, -0.6), (0.5 * side, -0.7)], color)
    pen.oval(0, -0.8, 0.62, 0.76, color)
    pen.oval(0, -1.5, 0.44, 0.45, color)
    pen.oval(0, -0.65, 0.42, 0.56, CREAM)
    for side in (-1, 1):
        _eye(pen, 0.18 * side, -1.6, 0.12)
    pen.polygon([(-0.14, -1.45), (0.14, -1.45), (0, -1.2)], BEAK)


def pig(pen: Pen, color: Color) -> None:
    """Draw the face of a pig."""
    dark = mix(color, DARK, 0.25)
    for side in (-1, 1):
        pen.polygon([(0.85 * side, -1.85), (0.2 * side, -1.55), (0.75 * side, -1.1)], dark)
    pen.oval(0, -0.85, 0.9, 0.82, color)
    pen.oval(0, -0.68, 0.4, 0.3, dark)
    for side in (-1, 1):
        pen.oval(0.15 * side, -0.68, 0.08, 0.13, DARK)
        _eye(pen, 0.42 * side, -1.15, 0.13)
    pen.line(arc(0, -0.4, 0.3, 0.16, 20, 160, 8), 0.05, DARK)


def _eye(pen: Pen, x: float, y: float, radius: float) -> None:
    pen.disc(x, y, radius, CREAM)
    pen.disc(x, y, 0.6 * radius, DARK)


def _contrast(color: Color) -> Color:
    return CREAM if sum(color) < 240 else DARK
