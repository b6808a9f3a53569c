"""What is worn on a head of radius 1 whose chin is at y = 0.9."""

from __future__ import annotations

from vqclip.world.colors import COLORS, Color, mix
from vqclip.world.pen import Pen, arc, smooth
from vqclip.world.people.person import Person
from vqclip.world.shapes import spokes
from vqclip.world.things.materials import DARK, STEEL

GOLD: Color = (250, 200, 45)
WHITE: Color = (250, 250, 250)


def hat_behind(pen: Pen, person: Person) -> None:
    """Draw the part of a hat behind the neck."""
    if person.hat in ("hood", "headscarf"):
        color = mix(COLORS[person.hat_color], DARK, 0.3)
        sides = [(0.8, -0.7), (1.02, 0.0), (0.95, 0.7), (0.9, 1.3)]
        pen.polygon(smooth([(0, -1.12), *sides, *((-x, y) for x, y in reversed(sides))]), color)
    elif person.hat == "space helmet":
        pen.disc(0, 0, 1.25, (225, 230, 238))
        pen.disc(0, 0, 1.1, (150, 190, 225))


def draw_hat(pen: Pen, person: Person) -> None:
    """Draw the part of a hat in front of the head."""
    color = COLORS[person.hat_color]
    dark = mix(color, DARK, 0.35) if sum(color) > 120 else (70, 70, 78)
    if person.hat in ("hood", "headscarf"):
        outer = arc(0, 0.05, 1.0, 1.18, 150, 390, 24)
        pen.polygon([*outer, *arc(0, 0.08, 0.68, 0.82, 390, 150, 24)], color)
        if person.hat == "headscarf":
            pen.polygon([(-0.75, 0.6), (0.75, 0.6), (0.3, 1.15), (-0.3, 1.15)], color)
            pen.oval(0, 0.62, 0.42, 0.26, person.skin)
            pen.polygon([(-0.1, 1.05), (0.1, 1.05), (0.3, 1.45), (-0.3, 1.45)], dark)
        else:
            pen.line(arc(0, 0.08, 0.7, 0.84, 150, 390, 24), 0.05, dark)
    elif person.hat in FRONTS:
        FRONTS[person.hat](pen, color, dark)


def _hat(pen: Pen, color: Color, dark: Color) -> None:
    pen.polygon(
        smooth(
            [(-0.66, -0.5), (-0.6, -1.2), (-0.2, -1.35), (0.2, -1.35), (0.6, -1.2), (0.66, -0.5)]
        ),
        color,
    )
    pen.polygon([(-0.7, -0.72), (0.7, -0.72), (0.7, -0.52), (-0.7, -0.52)], dark)
    pen.oval(0, -0.5, 1.2, 0.17, color)


def _straw(pen: Pen, color: Color, dark: Color) -> None:
    straw: Color = (232, 200, 110)
    pen.polygon(
        smooth([(-0.62, -0.5), (-0.55, -1.1), (0, -1.25), (0.55, -1.1), (0.62, -0.5)]), straw
    )
    pen.polygon([(-0.68, -0.76), (0.68, -0.76), (0.7, -0.54), (-0.7, -0.54)], color)
    pen.oval(0, -0.48, 1.35, 0.2, straw)
    pen.line(arc(0, -0.48, 1.1, 0.12, 20, 160, 12), 0.03, (200, 165, 80))


def _top_hat(pen: Pen, color: Color, dark: Color) -> None:
    pen.polygon([(-0.62, -0.5), (-0.68, -1.75), (0.68, -1.75), (0.62, -0.5)], color)
    pen.box(-0.64, -0.8, 0.64, -0.55, dark)
    pen.oval(0, -0.5, 1.05, 0.15, color)


def _cap(pen: Pen, color: Color, dark: Color) -> None:
    pen.polygon(arc(0, -0.35, 0.8, 0.75, 180, 360, 18), color)
    pen.polygon(
        smooth([(-0.75, -0.38), (0, -0.5), (0.75, -0.38), (0.6, -0.18), (0, -0.24), (-0.6, -0.18)]),
        dark,
    )
    pen.disc(0, -1.08, 0.08, dark)


def _crown(pen: Pen, color: Color, dark: Color) -> None:
    points = [
        (-0.72, -0.5),
        (-0.8, -1.3),
        (-0.4, -0.95),
        (0, -1.45),
        (0.4, -0.95),
        (0.8, -1.3),
        (0.72, -0.5),
    ]
    pen.polygon(points, GOLD)
    pen.box(-0.72, -0.66, 0.72, -0.48, (225, 165, 25))
    for x, y in ((-0.8, -1.32), (0, -1.47), (0.8, -1.32)):
        pen.disc(x, y, 0.1, GOLD)
    for x, jewel in ((-0.45, "red"), (0, "blue"), (0.45, "red")):
        pen.disc(x, -0.7 if x else -0.82, 0.1, COLORS[jewel])


def _pointed(pen: Pen, color: Color, dark: Color) -> None:
    pen.polygon([(-0.72, -0.5), (-0.3, -1.35), (0.18, -2.15), (0.36, -1.4), (0.72, -0.5)], color)
    for x, y, radius in ((-0.2, -0.95, 0.15), (0.25, -1.2, 0.12), (0.08, -1.6, 0.1)):
        star = [(x + radius * a, y + radius * b) for a, b in spokes(5, inner=0.42)]
        pen.polygon(star, GOLD)
    pen.oval(0, -0.5, 1.15, 0.17, color)
    pen.line(arc(0, -0.5, 1.05, 0.14, 10, 170, 12), 0.04, dark)


def _helmet(pen: Pen, color: Color, dark: Color) -> None:
    pen.line([(0, -1.0), (0.1, -1.45), (0.55, -1.6), (0.85, -1.35)], 0.2, color)
    outer = arc(0, -0.05, 0.86, 1.02, 170, 370, 20)
    pen.polygon(
        [
            *outer,
            (0.86, 0.62),
            (0.5, 0.95),
            (0.46, 0.2),
            (0.46, -0.22),
            (-0.46, -0.22),
            (-0.46, 0.2),
            (-0.5, 0.95),
            (-0.86, 0.62),
        ],
        STEEL,
    )
    pen.line(arc(0, -0.05, 0.6, 0.8, 205, 260, 8), 0.07, (215, 220, 228))
    pen.polygon([(-0.5, -0.3), (0.5, -0.3), (0.5, -0.16), (-0.5, -0.16)], (105, 110, 122))
    pen.polygon([(-0.07, -0.3), (0.07, -0.3), (0.05, 0.32), (-0.05, 0.32)], (105, 110, 122))


def _space(pen: Pen, color: Color, dark: Color) -> None:
    pen.ring(0, 0, 1.28, 0.2, (232, 236, 242))
    pen.ring(0, 0, 1.1, 0.05, (130, 140, 160))
    pen.line(arc(0, 0, 0.95, 0.95, 200, 245, 8), 0.08, WHITE)


def _cook(pen: Pen, color: Color, dark: Color) -> None:
    for x, y in ((-0.5, -1.2), (0, -1.38), (0.5, -1.2)):
        pen.disc(x, y, 0.42, WHITE)
    pen.box(-0.66, -1.1, 0.66, -0.48, (236, 238, 242))
    for x in (-0.33, 0, 0.33):
        pen.line([(x, -1.15), (x, -0.62)], 0.03, (205, 208, 216))


def _fire(pen: Pen, color: Color, dark: Color) -> None:
    red = COLORS["red"]
    pen.polygon(arc(0, -0.4, 0.78, 0.85, 180, 360, 18), red)
    pen.line([(0, -1.22), (0, -0.5)], 0.14, (170, 28, 28))
    pen.oval(0, -0.42, 1.08, 0.18, (190, 32, 32))
    pen.polygon([(-0.2, -0.95), (0.2, -0.95), (0.22, -0.62), (0, -0.45), (-0.22, -0.62)], GOLD)


def _beret(pen: Pen, color: Color, dark: Color) -> None:
    pen.polygon(
        smooth(
            [(-0.7, -0.5), (-0.85, -0.85), (-0.3, -1.2), (0.55, -1.15), (1.05, -0.75), (0.7, -0.5)]
        ),
        color,
    )
    pen.line([(0, -1.15), (0.03, -1.3)], 0.07, color)


FRONTS = {
    "hat": _hat,
    "straw hat": _straw,
    "top hat": _top_hat,
    "cap": _cap,
    "crown": _crown,
    "pointed hat": _pointed,
    "helmet": _helmet,
    "space helmet": _space,
    "cook hat": _cook,
    "fire helmet": _fire,
    "beret": _beret,
}
"""Hats in front of the hair, by name."""
