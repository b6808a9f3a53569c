"""Simple drawings of furniture, each standing on y = 0 of the pen's frame and about 2 wide."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc
from vqclip.world.things.materials import CREAM, DARK, LAMPLIGHT, WOOD, YELLOW

SPINES: tuple[Color, ...] = (
    (190, 50, 45), (45, 95, 165), (60, 135, 80), (235, 190, 70), (120, 70, 130), (235, 225, 205),
)  # fmt: skip
"""Colors of the spines of books."""


def sofa(pen: Pen, color: Color) -> None:
    """Draw a sofa with two cushions."""
    dark, light = mix(color, DARK, 0.25), mix(color, CREAM, 0.15)
    for x in (-0.85, 0.85):
        pen.box(x - 0.06, -0.14, x + 0.06, 0, WOOD)
    pen.box(-0.95, -1.0, 0.95, -0.3, dark)
    pen.oval(0, -1.0, 0.95, 0.09, dark)
    for x in (-0.4, 0.4):
        pen.box(x - 0.38, -0.92, x + 0.38, -0.5, color)
        pen.oval(x, -0.92, 0.38, 0.06, color)
        pen.box(x - 0.38, -0.52, x + 0.38, -0.36, light)
        pen.oval(x, -0.52, 0.38, 0.05, light)
    pen.box(-0.95, -0.37, 0.95, -0.12, color)
    for x in (-0.97, 0.97):
        pen.box(x - 0.17, -0.62, x + 0.17, -0.1, dark)
        pen.oval(x, -0.62, 0.17, 0.13, mix(color, CREAM, 0.08))


def armchair(pen: Pen, color: Color) -> None:
    """Draw an armchair."""
    dark, light = mix(color, DARK, 0.25), mix(color, CREAM, 0.15)
    for x in (-0.55, 0.55):
        pen.box(x - 0.06, -0.14, x + 0.06, 0, WOOD)
    pen.box(-0.6, -1.45, 0.6, -0.3, dark)
    pen.oval(0, -1.45, 0.6, 0.16, dark)
    pen.box(-0.46, -1.38, 0.46, -0.6, color)
    pen.oval(0, -1.38, 0.46, 0.1, color)
    pen.box(-0.46, -0.62, 0.46, -0.42, light)
    pen.oval(0, -0.62, 0.46, 0.06, light)
    pen.box(-0.62, -0.43, 0.62, -0.12, color)
    for x in (-0.66, 0.66):
        pen.box(x - 0.18, -0.75, x + 0.18, -0.1, dark)
        pen.oval(x, -0.75, 0.18, 0.14, mix(color, CREAM, 0.08))


def table(pen: Pen, color: Color) -> None:
    """Draw a table from the front, a little from above."""
    dark = mix(color, DARK, 0.35)
    for x in (-0.72, 0.72):
        pen.box(x - 0.06, -0.85, x + 0.06, -0.12, mix(color, DARK, 0.5))
    for x in (-0.88, 0.88):
        pen.box(x - 0.07, -0.8, x + 0.07, 0, dark)
    pen.polygon([(-0.85, -1.1), (0.85, -1.1), (1.05, -0.85), (-1.05, -0.85)], color)
    pen.box(-1.05, -0.86, 1.05, -0.74, mix(color, DARK, 0.2))


def chair(pen: Pen, color: Color) -> None:
    """Draw a chair from its front."""
    dark = mix(color, DARK, 0.3)
    for x in (-0.42, 0.42):
        pen.box(x - 0.06, -1.9, x + 0.06, -0.8, dark)
        pen.box(x - 0.05, -0.8, x + 0.05, -0.12, mix(color, DARK, 0.45))
    for y in (-1.85, -1.5, -1.15):
        pen.box(-0.44, y, 0.44, y + 0.18, color)
    pen.polygon([(-0.45, -0.95), (0.45, -0.95), (0.56, -0.72), (-0.56, -0.72)], color)
    pen.box(-0.56, -0.73, 0.56, -0.62, dark)
    for x in (-0.5, 0.5):
        pen.box(x - 0.06, -0.66, x + 0.06, 0, dark)


def bed(pen: Pen, color: Color) -> None:
    """Draw a bed from its side, with a blanket of the color and a white pillow."""
    pen.box(-1.15, -1.15, -1.0, 0, WOOD)
    pen.box(1.0, -0.75, 1.12, 0, WOOD)
    pen.box(-1.02, -0.36, 1.02, -0.14, mix(WOOD, CREAM, 0.2))
    pen.box(-1.0, -0.62, 1.0, -0.34, CREAM)
    pen.oval(-0.68, -0.7, 0.3, 0.16, (250, 250, 252))
    pen.box(-0.35, -0.72, 1.0, -0.3, color)
    pen.oval(0.33, -0.7, 0.68, 0.07, color)
    pen.box(-0.4, -0.72, -0.2, -0.3, mix(color, CREAM, 0.55))


def shelf(pen: Pen, color: Color) -> None:
    """Draw a bookshelf of three boards full of books."""
    pen.box(-0.75, -2.0, 0.75, 0, color)
    rng = random.Random(3)
    for row in range(3):
        top = -1.9 + 0.64 * row
        pen.box(-0.66, top, 0.66, top + 0.54, mix(color, DARK, 0.55))
        x = -0.64
        while x < 0.5:
            wide = rng.uniform(0.1, 0.17)
            pen.box(x, top + rng.uniform(0.06, 0.18), x + wide - 0.015, top + 0.54,
                    rng.choice(SPINES))  # fmt: skip
            x += wide


def floor_lamp(pen: Pen, color: Color) -> None:
    """Draw a tall lamp; its shade has the color."""
    pen.box(-0.04, -1.5, 0.04, 0, DARK)
    pen.oval(0, -0.03, 0.3, 0.07, DARK)
    pen.lit((1, 1, 1)).oval(0, -1.42, 0.38, 0.08, LAMPLIGHT)
    pen.polygon([(-0.24, -2), (0.24, -2), (0.42, -1.42), (-0.42, -1.42)], color)


def potted_plant(pen: Pen, color: Color) -> None:
    """Draw a plant with long leaves in a pot of the color."""
    green = (48, 128, 62)
    for k, (x, y) in enumerate(((-0.7, -1.2), (0.7, -1.25), (-0.4, -1.7), (0.4, -1.75), (0, -2))):
        shade = mix(green, CREAM, 0.08 * k)
        pen.polygon([(0, -0.65), (0.6 * x - 0.18, 0.62 * y - 0.1), (x, y),
                     (0.6 * x + 0.18, 0.62 * y + 0.1)], shade)  # fmt: skip
    pen.polygon([(-0.42, -0.72), (0.42, -0.72), (0.3, 0), (-0.3, 0)], color)
    pen.box(-0.47, -0.8, 0.47, -0.64, mix(color, DARK, 0.2))


def fireplace(pen: Pen, color: Color) -> None:
    """Draw a fireplace of the color with a fire."""
    pen.box(-0.95, -1.35, 0.95, 0, color)
    pen.box(-1.08, -1.48, 1.08, -1.32, mix(color, CREAM, 0.35))
    pen.box(-0.55, -0.85, 0.55, 0, DARK)
    pen.polygon(arc(0, -0.84, 0.55, 0.22, 180, 360), DARK)
    light = pen.lit((1, 1, 1))
    for x, height, wide, shade in ((-0.2, 0.5, 0.2, (240, 110, 30)), (0.2, 0.55, 0.2,
                                   (240, 110, 30)), (0, 0.72, 0.22, (255, 160, 40)),
                                   (0, 0.4, 0.13, YELLOW)):  # fmt: skip
        light.polygon([(x, -0.1 - height), (x + wide, -0.28), (x, -0.06), (x - wide, -0.28)], shade)
    for x in (-0.12, 0.12):
        pen.line([(-x - 0.25, -0.04), (x + 0.25, -0.12)], 0.1, WOOD)


@dataclass(frozen=True)
class Furnishing:
    """A piece of furniture.

    Attributes:
        draw: draws it in a color.
        scale: its size in a room.
        tops: where something may be on it: (x, y, side) of its frame.
        below: where something may be under it.
        rooms: where it stands.
    """

    draw: Callable[[Pen, Color], None]
    scale: float
    tops: tuple[tuple[float, float, float], ...] = ()
    below: tuple[tuple[float, float, float], ...] = ()
    rooms: tuple[str, ...] = ("living room",)


FURNITURE: dict[str, Furnishing] = {
    "sofa": Furnishing(sofa, 0.72, ((-0.38, -0.42, 0.85), (0.38, -0.42, 0.85), (0, -0.42, 1.0))),
    "armchair": Furnishing(armchair, 0.66, ((0, -0.48, 0.85),)),
    "table": Furnishing(
        table, 0.72, ((-0.45, -0.92, 0.8), (0, -0.92, 0.95), (0.45, -0.92, 0.8)),
        ((0, 0, 0.68),), ("kitchen", "living room"),
    ),
    "chair": Furnishing(chair, 0.56, ((0, -0.78, 0.9),), (), ("kitchen",)),
    "bed": Furnishing(bed, 0.78, ((0.3, -0.6, 0.8), (-0.2, -0.6, 0.75)), (), ("bedroom",)),
    "bookshelf": Furnishing(shelf, 0.66, ((0, -2.0, 0.42),)),
    "fireplace": Furnishing(fireplace, 0.66, ((-0.6, -1.46, 0.5), (0.6, -1.46, 0.5))),
}  # fmt: skip
"""By English name."""
