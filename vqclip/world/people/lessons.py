"""Blackboards and what is drawn on them, by the subject of a lesson."""

from __future__ import annotations

import math
from collections.abc import Callable

from vqclip.world.colors import COLORS, Color, mix
from vqclip.world.pen import Pen, Point, arc, smooth

CHALK: Color = (246, 246, 240)
YELLOW: Color = (250, 225, 90)
ROSE: Color = (250, 150, 170)
SKY: Color = (120, 200, 250)
LEAF: Color = (130, 220, 120)
BOARDS: tuple[Color, ...] = ((36, 72, 58), (34, 60, 52), (44, 48, 54))
GLYPHS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "1": (((0.2, 0.25), (0.5, 0), (0.5, 1)),),
    "2": (((0.1, 0.2), (0.4, 0), (0.75, 0.2), (0.1, 1), (0.8, 1)),),
    "3": (((0.1, 0.05), (0.7, 0.1), (0.35, 0.45), (0.75, 0.72), (0.4, 1), (0.1, 0.9)),),
    "+": (((0.1, 0.5), (0.8, 0.5)), ((0.45, 0.15), (0.45, 0.85))),
    "=": (((0.1, 0.35), (0.8, 0.35)), ((0.1, 0.68), (0.8, 0.68))),
    "x": (((0.1, 0.3), (0.75, 1)), ((0.75, 0.3), (0.1, 1))),
    "y": (((0.1, 0.3), (0.45, 0.75)), ((0.8, 0.3), (0.25, 1.2))),
    "p": (((0.05, 0.35), (0.9, 0.3)), ((0.3, 0.35), (0.22, 1)), ((0.65, 0.35), (0.7, 1))),
    "E": (((0.8, 0), (0.15, 0), (0.15, 1), (0.8, 1)), ((0.15, 0.5), (0.65, 0.5))),
    "m": (((0.05, 1), (0.05, 0.4), (0.45, 0.5), (0.45, 1)), ((0.45, 0.5), (0.85, 0.5), (0.85, 1))),
    "c": (((0.75, 0.4), (0.4, 0.3), (0.15, 0.65), (0.4, 1), (0.75, 0.9)),),
    "H": (((0.15, 0), (0.15, 1)), ((0.75, 0), (0.75, 1)), ((0.15, 0.5), (0.75, 0.5))),
    "O": (((0.45, 0), (0.8, 0.3), (0.8, 0.7), (0.45, 1), (0.1, 0.7), (0.1, 0.3), (0.45, 0)),),
    "A": (((0.05, 1), (0.45, 0), (0.85, 1)), ((0.2, 0.65), (0.7, 0.65))),
    "B": (
        (
            (0.15, 0),
            (0.15, 1),
            (0.6, 0.95),
            (0.7, 0.72),
            (0.2, 0.5),
            (0.6, 0.28),
            (0.55, 0.03),
            (0.15, 0),
        ),
    ),
    "C": (((0.8, 0.15), (0.45, 0), (0.12, 0.5), (0.45, 1), (0.8, 0.85)),),
}
"""Strokes of letters and figures, in a box of width and height 1."""


def write(pen: Pen, text: str, x: float, y: float, height: float, color: Color = CHALK) -> None:
    """Write a text of `GLYPHS` with its top left corner at (x, y)."""
    for k, glyph in enumerate(text):
        for stroke in GLYPHS.get(glyph, ()):
            points = [(x + height * 0.8 * (k + a), y + height * b) for a, b in stroke]
            pen.line(points, 0.17 * height, color)


def mathematics(pen: Pen) -> None:
    """Draw a triangle, a sum and a curve within radius 1, like all others below."""
    pen.line([(-0.85, 0.15), (0.0, 0.15), (0.0, -0.75), (-0.85, 0.15)], 0.07, YELLOW)
    pen.line([(-0.16, 0.15), (-0.16, -0.02), (0, -0.02)], 0.05, YELLOW)
    write(pen, "1+2=3", -0.95, 0.4, 0.48)
    write(pen, "xy", 0.25, -0.75, 0.45, SKY)
    write(pen, "p", 0.35, -0.2, 0.42, ROSE)


def geography(pen: Pen) -> None:
    """Draw a globe."""
    pen.disc(0, -0.1, 0.8, (70, 150, 225))
    for land in (
        [(-0.6, -0.45), (-0.25, -0.75), (-0.05, -0.5), (-0.3, -0.2), (-0.2, 0.05), (-0.45, 0.0)],
        [(-0.25, 0.1), (0.0, 0.15), (-0.1, 0.6), (-0.25, 0.45)],
        [
            (0.15, -0.6),
            (0.55, -0.5),
            (0.7, -0.15),
            (0.45, 0.05),
            (0.55, 0.4),
            (0.3, 0.35),
            (0.15, -0.1),
        ],
    ):
        pen.polygon(smooth(land), (90, 185, 90))
    for points in (arc(0, -0.1, 0.3, 0.8, 0, 360, 20), arc(0, -0.1, 0.8, 0.02, 0, 360, 8)):
        pen.line(points, 0.03, (225, 240, 250))
    pen.line(arc(0, -0.1, 0.92, 0.92, -60, 130, 16), 0.07, (230, 190, 80))
    pen.line([(-0.4, 0.98), (0.4, 0.98)], 0.1, (230, 190, 80))


def chemistry(pen: Pen) -> None:
    """Draw a flask with a green liquid, and a formula."""
    pen.polygon(
        [(-0.45, -0.9), (-0.1, -0.9), (-0.1, -0.3), (0.35, 0.75), (-0.9, 0.75), (-0.45, -0.3)],
        (205, 230, 240),
    )
    pen.polygon([(-0.57, 0.02), (0.02, 0.02), (0.3, 0.7), (-0.85, 0.7)], (70, 205, 110))
    for x, y, radius in (
        (-0.4, 0.4, 0.09),
        (-0.1, 0.25, 0.07),
        (-0.25, -0.35, 0.08),
        (-0.3, -1.0, 0.1),
    ):
        pen.disc(x, y, radius, (180, 245, 190))
    write(pen, "H2O", 0.2, -0.75, 0.42, YELLOW)


def music(pen: Pen) -> None:
    """Draw notes on five lines."""
    for k in range(5):
        pen.line([(-0.98, -0.6 + 0.26 * k), (0.98, -0.6 + 0.26 * k)], 0.03, CHALK)
    for x, y in ((-0.65, 0.18), (0.05, -0.1), (0.45, 0.05)):
        pen.oval(x, y, 0.17, 0.13, YELLOW)
        pen.line([(x + 0.14, y), (x + 0.14, y - 0.72)], 0.06, YELLOW)
    pen.line([(0.19, -0.8), (0.59, -0.66)], 0.13, YELLOW)
    pen.line([(-0.51, -0.54), (-0.32, -0.3)], 0.08, YELLOW)


def art(pen: Pen) -> None:
    """Draw a palette with colors, and a brush."""
    pen.polygon(
        smooth(
            [
                (-0.85, -0.1),
                (-0.4, -0.7),
                (0.4, -0.7),
                (0.85, -0.15),
                (0.5, 0.2),
                (0.35, 0.6),
                (-0.4, 0.65),
            ]
        ),
        (222, 180, 122),
    )
    for x, y, name in (
        (-0.5, -0.1, "red"),
        (-0.25, -0.45, "yellow"),
        (0.15, -0.48, "green"),
        (0.5, -0.25, "blue"),
        (-0.35, 0.3, "purple"),
    ):
        pen.disc(x, y, 0.15, COLORS[name])
    pen.disc(0.1, 0.3, 0.13, (60, 60, 55))
    pen.line([(0.95, -0.9), (0.3, 0.85)], 0.09, (240, 200, 140))
    pen.line([(0.36, 0.7), (0.26, 0.98)], 0.14, ROSE)


def physics(pen: Pen) -> None:
    """Draw an atom."""
    for turn in (0, 60, 120):
        angle = math.radians(turn)
        ring = [
            (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
            for x, y in arc(0, 0, 0.92, 0.33, 0, 360, 28)
        ]
        pen.line(ring, 0.05, SKY)
        pen.disc(*ring[4], 0.1, YELLOW)
    pen.disc(0, 0, 0.18, (245, 95, 85))


def biology(pen: Pen) -> None:
    """Draw a leaf with its veins."""
    right = [(0.3, -0.65), (0.52, -0.15), (0.35, 0.35)]
    left = [(-x, y) for x, y in reversed(right)]
    pen.polygon(smooth([(0, -1.0), *right, (0, 0.62), *left]), (95, 190, 85))
    vein: Color = (215, 245, 200)
    pen.line([(0, -0.85), (0, 0.98)], 0.06, vein)
    for y in (-0.35, 0.0, 0.35):
        for side in (-1, 1):
            pen.line([(0, y), (0.33 * side, y - 0.25)], 0.045, vein)


def history(pen: Pen) -> None:
    """Draw an ancient temple."""
    stone: Color = (236, 226, 200)
    pen.polygon([(-0.95, -0.4), (0, -0.95), (0.95, -0.4)], stone)
    pen.polygon([(-0.5, -0.48), (0, -0.78), (0.5, -0.48)], (190, 175, 145))
    pen.box(-0.9, -0.36, 0.9, -0.24, stone)
    for k in range(4):
        x = -0.68 + 0.45 * k
        pen.box(x - 0.1, -0.2, x + 0.1, 0.55, stone)
        pen.line([(x, -0.15), (x, 0.5)], 0.035, (185, 170, 140))
    pen.box(-0.9, 0.6, 0.9, 0.72, stone)
    pen.box(-1, 0.76, 1, 0.88, stone)


def literature(pen: Pen) -> None:
    """Draw an open book and the first letters."""
    write(pen, "ABC", -0.8, -0.95, 0.6, YELLOW)
    for side in (-1, 1):
        pen.polygon(
            [(0, 0.05), (0.9 * side, -0.15), (0.9 * side, 0.65), (0, 0.88)], mix(CHALK, SKY, 0.1)
        )
        for k in range(3):
            pen.line(
                [(0.18 * side, 0.2 + 0.2 * k), (0.72 * side, 0.08 + 0.2 * k)],
                0.045,
                (130, 130, 140),
            )
    pen.line([(0, 0.05), (0, 0.88)], 0.05, (150, 110, 70))


LESSONS: dict[str, Callable[[Pen], None]] = {
    "mathematics": mathematics,
    "geography": geography,
    "chemistry": chemistry,
    "music": music,
    "art": art,
    "physics": physics,
    "biology": biology,
    "history": history,
    "literature": literature,
}
"""What is on the board, by subject; each is drawn within radius 1 of the pen's frame."""


def blackboard(pen: Pen, color: Color) -> None:
    """Draw a board with a wooden frame that nearly fills the picture."""
    pen.box(-0.96, -0.9, 0.96, 0.62, (150, 100, 56))
    pen.box(-0.9, -0.84, 0.9, 0.56, color)
    pen.box(-0.5, 0.58, 0.5, 0.66, (120, 78, 42))
    for x, chalk in ((-0.3, CHALK), (-0.12, YELLOW), (0.2, ROSE)):
        pen.box(x, 0.55, x + 0.12, 0.585, chalk)
