"""Busts: a head with its neck and shoulders, and the clothes on them."""

from __future__ import annotations

from vqclip.world.colors import COLORS, Color, mix
from vqclip.world.pen import Pen, smooth
from vqclip.world.people.heads import draw_back, draw_head
from vqclip.world.people.person import Person
from vqclip.world.things.materials import DARK, STEEL

WHITE: Color = (248, 248, 250)
WIDTHS = {"boy": 1.12, "girl": 1.08, "woman": 1.3, "man": 1.6}
"""From the middle to the end of a shoulder, in radii of the head."""


def draw_bust(pen: Pen, person: Person, *, look: float = 0.0) -> None:
    """Draw a bust; the frame is that of the head, and the shoulders reach down to y = 4."""
    wide = WIDTHS[person.noun]
    color = cloth(person)
    right = [(0.32, 0.98), (0.62, 1.14), (wide - 0.3, 1.36), (wide, 1.85), (wide + 0.14, 2.7)]
    body = [*right, (wide + 0.2, 4.2), *((-x, y) for x, y in reversed([*right, (wide + 0.2, 4.2)]))]
    pen.polygon(smooth(body), color)
    for side in (-1, 1):
        pen.line(
            [(side * (wide - 0.32), 2.1), (side * (wide - 0.36), 4)], 0.05, mix(color, DARK, 0.3)
        )
    draw_back(pen, person)
    _neck(pen, person)
    front = FRONTS.get(person.clothes)
    if front:
        front(pen, person, color)
    draw_head(pen, person, look=look)


def cloth(person: Person) -> Color:
    """Return the color of a person's clothes."""
    fixed = {"armor": STEEL, "space suit": (236, 239, 244), "doctor": WHITE, "cook": WHITE}
    return fixed.get(person.clothes, COLORS[person.color])


def _neck(pen: Pen, person: Person) -> None:
    half = 0.24 if person.female or person.age == "child" else 0.32
    shade = mix(person.skin, (90, 40, 30), 0.2)
    pen.polygon(
        [(-half, 0.6), (half, 0.6), (half + 0.04, 1.2), (0, 1.42), (-half - 0.04, 1.2)], shade
    )


def _shirt(pen: Pen, person: Person, color: Color) -> None:
    edge = mix(color, WHITE, 0.4) if sum(color) < 600 else (205, 210, 220)
    for side in (-1, 1):
        pen.polygon(
            [(0.1 * side, 1.5), (0.3 * side, 1.0), (0.56 * side, 1.12), (0.42 * side, 1.62)], edge
        )
    pen.line([(0, 1.5), (0, 4)], 0.04, mix(color, DARK, 0.3))
    for y in (1.8, 2.2, 2.6):
        pen.disc(0.1, y, 0.05, edge)


def _sweater(pen: Pen, person: Person, color: Color) -> None:
    edge = mix(color, DARK, 0.25) if sum(color) > 150 else (80, 80, 90)
    pen.polygon(
        smooth(
            [
                (-0.42, 1.0),
                (-0.3, 1.32),
                (0, 1.42),
                (0.3, 1.32),
                (0.42, 1.0),
                (0.34, 1.5),
                (0, 1.62),
                (-0.34, 1.5),
            ]
        ),
        edge,
    )


def _dress(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon(
        smooth([(-0.55, 1.12), (0.55, 1.12), (0.45, 1.55), (0, 1.85), (-0.45, 1.55)]), person.skin
    )
    _neck(pen, person)
    for k in range(7):
        x = -0.39 + 0.13 * k
        pen.disc(x, 1.52 - 1.3 * x * x, 0.055, (245, 240, 225))


def _suit(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon(
        [(-0.35, 1.1), (0.35, 1.1), (0, 2.6)], WHITE if person.color != "white" else (200, 220, 245)
    )
    _neck(pen, person)
    tie = COLORS["red"] if person.color != "red" else COLORS["blue"]
    if not person.female:
        pen.polygon(
            [
                (-0.1, 1.4),
                (0.1, 1.4),
                (0.07, 1.55),
                (0.15, 2.15),
                (0, 2.35),
                (-0.15, 2.15),
                (-0.07, 1.55),
            ],
            tie,
        )
    lapel = mix(color, DARK, 0.3) if sum(color) > 120 else (62, 62, 72)
    for side in (-1, 1):
        pen.polygon(
            [(0.32 * side, 1.0), (0.66 * side, 1.25), (0.56 * side, 1.75), (0.04 * side, 2.65)],
            lapel,
        )


def _coat(pen: Pen, person: Person, color: Color) -> None:
    dark = mix(color, DARK, 0.28) if sum(color) > 120 else (66, 66, 76)
    pen.polygon([(-0.3, 1.1), (0.3, 1.1), (0, 1.9)], (232, 226, 214))
    _neck(pen, person)
    for side in (-1, 1):
        pen.polygon(
            [(0.28 * side, 0.98), (0.75 * side, 1.18), (0.85 * side, 1.6), (0.02 * side, 2.2)], dark
        )
    for y in (2.45, 2.9):
        pen.disc(0.16, y, 0.08, (240, 220, 170))


def _doctor(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon([(-0.34, 1.1), (0.34, 1.1), (0, 2.3)], (110, 190, 210))
    _neck(pen, person)
    for side in (-1, 1):
        pen.polygon(
            [(0.3 * side, 1.0), (0.62 * side, 1.2), (0.5 * side, 1.7), (0.02 * side, 2.4)],
            (222, 226, 234),
        )
    tube = (50, 55, 70)
    pen.line(
        [(-0.44, 1.2), (-0.42, 1.8), (-0.12, 2.25), (0.28, 2.1), (0.42, 1.7), (0.42, 1.2)],
        0.09,
        tube,
    )
    pen.line([(-0.12, 2.25), (-0.2, 2.7)], 0.09, tube)
    pen.disc(-0.22, 2.75, 0.16, STEEL)


def _cook(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon([(-0.38, 1.0), (0.38, 1.0), (0.3, 1.4), (0, 1.62), (-0.3, 1.4)], COLORS["red"])
    _neck(pen.at(0, -0.12, 1), person)
    for x in (-0.25, 0.25):
        for y in (1.9, 2.3, 2.7):
            pen.disc(x, y, 0.07, (60, 65, 80))


def _armor(pen: Pen, person: Person, color: Color) -> None:
    for side in (-1, 1):
        pen.oval(1.3 * side, 1.75, 0.5, 0.45, (185, 190, 200))
        pen.oval(1.3 * side, 1.85, 0.36, 0.32, STEEL)
    pen.polygon([(-0.45, 0.9), (0.45, 0.9), (0.55, 1.4), (-0.55, 1.4)], (120, 126, 138))
    pen.line([(0, 1.4), (0, 4)], 0.06, (110, 115, 128))


def _space_suit(pen: Pen, person: Person, color: Color) -> None:
    pen.oval(0, 1.28, 0.95, 0.26, (190, 196, 208))
    pen.box(-0.5, 1.9, 0.5, 2.5, (196, 202, 214))
    for x, name in ((-0.28, "red"), (0.0, "yellow"), (0.28, "blue")):
        pen.disc(x, 2.2, 0.1, COLORS[name])


def _robe(pen: Pen, person: Person, color: Color) -> None:
    fur = (250, 248, 240)
    for side in (-1, 1):
        pen.polygon(
            smooth([(0.2 * side, 1.0), (0.75 * side, 1.1), (0.6 * side, 1.6), (0.1 * side, 1.75)]),
            fur,
        )
        for x, y in ((0.5, 1.22), (0.4, 1.5), (0.18, 1.62)):
            pen.oval(side * x, y, 0.04, 0.07, DARK)
    pen.line([(0, 1.75), (0, 4)], 0.22, fur)


def _fire(pen: Pen, person: Person, color: Color) -> None:
    pen.box(-1.5, 2.3, 1.5, 2.55, (245, 235, 90))
    pen.line([(0, 1.4), (0, 4)], 0.1, (245, 235, 90))
    pen.polygon(
        [(-0.42, 0.95), (0.42, 0.95), (0.5, 1.35), (0, 1.5), (-0.5, 1.35)], mix(color, DARK, 0.35)
    )


def _overalls(pen: Pen, person: Person, color: Color) -> None:
    denim = (60, 95, 160)
    pen.polygon([(-0.6, 2.0), (0.6, 2.0), (0.7, 4), (-0.7, 4)], denim)
    for side in (-1, 1):
        pen.line([(0.5 * side, 2.1), (0.62 * side, 1.2)], 0.18, denim)
        pen.disc(0.48 * side, 2.1, 0.09, (250, 205, 60))


FRONTS = {
    "shirt": _shirt,
    "sweater": _sweater,
    "dress": _dress,
    "suit": _suit,
    "coat": _coat,
    "jacket": _coat,
    "doctor": _doctor,
    "cook": _cook,
    "armor": _armor,
    "space suit": _space_suit,
    "robe": _robe,
    "firefighter": _fire,
    "overalls": _overalls,
}
"""What is drawn on the shoulders and the chest, by the name of the clothes."""
