"""Plain shapes by their English names."""

from __future__ import annotations

import math
from collections.abc import Callable

from vqclip.world.colors import Color
from vqclip.world.pen import Pen, Point


def spokes(count: int, inner: float = 1.0, turn: float = 0.0) -> list[Point]:
    """Return the corners of a regular polygon of radius 1, or of a star.

    Args:
        count: corners of the polygon, or points of the star.
        inner: radius of the notches between the points; 1: a polygon.
        turn: clockwise, in radians.
    """
    total = count if inner == 1 else 2 * count
    return [
        (radius * math.sin(angle), -radius * math.cos(angle))
        for k in range(total)
        for radius in [inner if inner != 1 and k % 2 else 1.0]
        for angle in [turn + 2 * math.pi * k / total]
    ]


def heart(steps: int = 60) -> list[Point]:
    """Return the outline of a heart of about radius 1."""
    outline = []
    for k in range(steps):
        t = 2 * math.pi * k / steps
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        outline.append((math.sin(t) ** 3, -y / 16))
    return outline


POLYGONS: dict[str, Callable[[], list[Point]]] = {
    "square": lambda: [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    "triangle": lambda: spokes(3),
    "star": lambda: spokes(5, inner=0.42),
    "heart": heart,
    "diamond": lambda: [(0, -1), (0.65, 0), (0, 1), (-0.65, 0)],
    "pentagon": lambda: spokes(5),
    "hexagon": lambda: spokes(6),
    "oval": lambda: [(x, 0.6 * y) for x, y in spokes(48)],
    "arrow": lambda: [
        (-0.97, -0.22), (0.1, -0.22), (0.1, -0.65), (0.97, 0), (0.1, 0.65), (0.1, 0.22),
        (-0.97, 0.22),
    ],
    "rectangle": lambda: [(-1, -0.55), (1, -0.55), (1, 0.55), (-1, 0.55)],
    "cross": lambda: [
        (a * 0.33 if p else a, b * 0.33 if q else b)
        for a, b, p, q in (
            (-1, -1, 1, 0), (1, -1, 1, 0), (1, -1, 1, 1), (1, -1, 0, 1),
            (1, 1, 0, 1), (1, 1, 1, 1), (1, 1, 1, 0), (-1, 1, 1, 0),
            (-1, 1, 1, 1), (-1, 1, 0, 1), (-1, -1, 0, 1), (-1, -1, 1, 1),
        )
    ],
}  # fmt: skip
SHAPES = ("circle", "ring", "crescent", "spiral", *POLYGONS)


def spiral(turns: float = 2.4, steps: int = 48) -> list[Point]:
    """Return points of a spiral from the center to radius 0.86."""
    shares = [k / steps for k in range(steps + 1)]
    angles = [2 * math.pi * turns * share for share in shares]
    return [
        (0.86 * share * math.sin(angle), -0.86 * share * math.cos(angle))
        for share, angle in zip(shares, angles, strict=True)
    ]


def draw_shape(pen: Pen, name: str, color: Color, ground: Color, *, turn: float = 0.0) -> None:
    """Draw one of `SHAPES` within radius 1 of the pen's frame.

    Args:
        pen: its frame gives place and size.
        name: which shape.
        color: color of the shape.
        ground: color that shows through a ring and beside a crescent.
        turn: clockwise, in radians; of `POLYGONS` alone.
    """
    if name in POLYGONS:
        sine, cosine = math.sin(turn), math.cos(turn)
        turned = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in POLYGONS[name]()]
        pen.polygon(turned, color)
        return
    if name == "spiral":
        pen.line(spiral(), 0.2, color)
        return
    pen.disc(0, 0, 0.95, color)
    if name == "ring":
        pen.disc(0, 0, 0.5, ground)
    elif name == "crescent":
        pen.disc(0.45, -0.12, 0.8, ground)
