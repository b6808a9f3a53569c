"""A horse, with or without a rider, on y = 0 of the pen's frame and looking to the right."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, smooth
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.person import Person
from vqclip.world.people.poses import POSES, Limb
from vqclip.world.things.materials import DARK

COATS: dict[str, Color] = {
    "brown": (136, 82, 44),
    "white": (244, 242, 236),
    "black": (44, 40, 44),
    "gray": (150, 148, 152),
}
"""Colors of horses."""
LEGS: tuple[Limb, ...] = (
    ((-0.5, -0.75), (-0.42, -0.4), (-0.32, -0.04)),
    ((0.48, -0.75), (0.66, -0.45), (0.6, -0.1)),
    ((-0.6, -0.8), (-0.72, -0.42), (-0.64, -0.04)),
    ((0.42, -0.75), (0.4, -0.4), (0.36, -0.04)),
)
"""Two far legs and two near ones."""


def draw_horse(pen: Pen, color: Color) -> None:
    """Draw a walking or standing horse, about 2 high and 2.4 long."""
    dark = mix(color, DARK, 0.3) if sum(color) > 160 else (78, 72, 78)
    mane = (70, 44, 28) if sum(color) > 240 else (20, 18, 20)
    mane = (190, 180, 165) if sum(color) > 650 else mane
    pen.polygon(
        smooth([(-0.7, -1.2), (-1.05, -1.1), (-1.2, -0.45), (-1.05, -0.3), (-0.95, -0.8)]), mane
    )
    for leg in LEGS[:2]:
        _leg(pen, leg, dark)
    pen.polygon(
        smooth(
            [
                (-0.8, -1.12),
                (-0.4, -1.26),
                (0.1, -1.18),
                (0.55, -1.3),
                (0.72, -0.95),
                (0.5, -0.66),
                (0, -0.6),
                (-0.5, -0.66),
                (-0.82, -0.82),
            ]
        ),
        color,
    )
    for leg in LEGS[2:]:
        _leg(pen, leg, color)
    _head(pen, color, mane)


def _leg(pen: Pen, leg: Limb, color: Color) -> None:
    pen.line(leg, 0.175, color)
    x, y = leg[2]
    pen.oval(x + 0.03, y, 0.12, 0.06, DARK)


def _head(pen: Pen, color: Color, mane: Color) -> None:
    pen.polygon(
        smooth(
            [(0.3, -1.2), (0.52, -1.55), (0.76, -1.85), (0.98, -1.72), (0.88, -1.3), (0.72, -0.9)]
        ),
        color,
    )
    pen.polygon([(0.72, -1.85), (0.8, -2.08), (0.9, -1.8)], color)
    pen.polygon(
        smooth(
            [(0.76, -1.88), (0.98, -1.84), (1.34, -1.5), (1.36, -1.34), (1.2, -1.3), (0.86, -1.48)]
        ),
        color,
    )
    pen.polygon(
        smooth(
            [(0.84, -1.98), (0.62, -1.86), (0.38, -1.42), (0.24, -1.16), (0.44, -1.2), (0.7, -1.7)]
        ),
        mane,
    )
    dark = mix(color, DARK, 0.4)
    pen.disc(0.98, -1.68, 0.05, (20, 16, 18))
    pen.disc(1.28, -1.42, 0.03, dark)
    pen.line([(1.18, -1.34), (1.3, -1.34)], 0.025, dark)


def draw_rider(pen: Pen, person: Person, color: Color) -> None:
    """Draw a person who rides a horse of a color."""
    draw_horse(pen, color)
    pen.polygon([(-0.28, -1.26), (0.22, -1.22), (0.2, -0.95), (-0.24, -0.95)], (110, 44, 34))
    pen.line([(1.2, -1.45), (0.95, -1.5), (0.34, -1.38)], 0.03, (70, 40, 28))
    draw_figure(pen.at(-0.05, -0.72, 0.78), person, POSES["riding"])
