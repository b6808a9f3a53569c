"""Heads: center (0, 0), chin at y = 0.9; the neck and shoulders of busts below."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc, smooth
from vqclip.world.people.hair import beard, hair_before, hair_behind
from vqclip.world.people.hats import draw_hat, hat_behind
from vqclip.world.people.person import HAIRS, Person
from vqclip.world.things.materials import DARK

INK: Color = (52, 34, 32)
WHITE: Color = (252, 252, 250)
LIPS: Color = (206, 72, 84)
COVERING = ("hood", "headscarf", "helmet", "space helmet")
"""What hides all hair."""


def draw_head(pen: Pen, person: Person, *, look: float = 0.0, detail: bool = True) -> None:
    """Draw a head, its hair and hat.

    Args:
        pen: its frame's radius is half the height of the head.
        person: whose head.
        look: to which side the face is turned, from -1 (left) to 1 (right).
        detail: draw eyes with whites; otherwise they are dots, which small figures need.
    """
    skin = person.skin
    wide, high = (0.76, 0.84) if person.age == "child" else (0.69 if person.female else 0.72, 0.9)
    for side in (-1, 1):
        pen.oval(side * wide, 0.1, 0.13, 0.19, mix(skin, DARK, 0.1))
    jaw = 0.42 if person.female or person.age == "child" else 0.52
    right = [(0.38, -0.9), (wide - 0.04, -0.5), (wide, 0.05), (wide - 0.1, 0.5), (jaw - 0.06, 0.8)]
    outline = [*right, (0, high + 0.02), *((-x, y) for x, y in reversed(right))]
    pen.polygon(smooth(outline), skin)
    face = pen.at(0.13 * look, 0.08 if person.age == "child" else 0, 1)
    _wrinkles(face, person)
    if person.beard:
        beard(pen, person)
    _features(face, person, look, detail=detail)
    if person.earrings:
        for side in (-1, 1):
            pen.disc(side * (wide + 0.02), 0.38, 0.1, (250, 205, 60))
    if person.hat not in COVERING:
        hair_before(pen, person)
    if person.glasses:
        _glasses(face)
    if person.hat:
        draw_hat(pen, person)


def draw_back(pen: Pen, person: Person) -> None:
    """Draw what is behind a head and in front of the shoulders: long hair, a hood."""
    if person.hat:
        hat_behind(pen, person)
    if person.hat not in COVERING:
        hair_behind(pen, person)


def _features(pen: Pen, person: Person, look: float, *, detail: bool) -> None:
    brow = HAIRS[person.hair] if sum(HAIRS[person.hair]) < 560 else (150, 120, 90)
    if person.old:
        brow = mix(HAIRS[person.hair], (120, 120, 125), 0.25)
    for side in (-1, 1):
        x = 0.29 * side
        if detail:
            _eye(pen, x, person)
        else:
            pen.oval(x, 0.02, 0.1, 0.13, INK)
        _brow(pen, x, side, person, brow)
    if person.female or person.age == "child":
        for side in (-1, 1):
            pen.oval(0.44 * side, 0.34, 0.14, 0.1, mix(person.skin, (240, 90, 90), 0.25))
    shade = mix(person.skin, (120, 50, 30), 0.38)
    tip = 0.1 if look >= 0 else -0.1
    pen.line([(0.02, 0.08), (tip, 0.3), (-0.4 * tip, 0.31)], 0.06, shade)
    _mouth(pen, person)


def _eye(pen: Pen, x: float, person: Person) -> None:
    if person.mood == "laughing":
        pen.line(arc(x, 0.06, 0.14, 0.11, 190, 350, 8), 0.06, INK)
        return
    big = 1.3 if person.mood == "surprised" else 1.15 if person.age == "child" else 1.0
    iris = (70, 110, 150) if person.hair in ("blond", "red", "white") else (84, 52, 34)
    pen.oval(x, 0.02, 0.15 * big, 0.11 * big, WHITE)
    pen.disc(x, 0.03, 0.095 * big, iris)
    pen.disc(x, 0.03, 0.055 * big, (20, 16, 18))
    pen.disc(x - 0.03, -0.01, 0.028 * big, WHITE)
    if person.mood != "surprised":
        width = 0.055 if person.female else 0.04
        pen.line(arc(x, 0.03, 0.17, 0.13, 195, 345, 8), width, INK)
    if person.female and person.age != "child":
        side = 1 if x > 0 else -1
        pen.line([(x + 0.13 * side, -0.03), (x + 0.22 * side, -0.1)], 0.05, INK)


def _brow(pen: Pen, x: float, side: int, person: Person, color: Color) -> None:
    inner, outer = {"angry": (0.13, -0.06), "sad": (-0.1, 0.06), "surprised": (-0.1, -0.08)}.get(
        person.mood, (0.0, 0.02)
    )
    width = 0.05 if person.female else 0.08
    points = [
        (x - 0.15 * side, -0.22 + inner),
        (x + 0.03 * side, -0.28),
        (x + 0.18 * side, -0.22 + outer),
    ]
    if person.mood == "angry":
        points.pop(1)
    pen.line(points, width, color)


def _mouth(pen: Pen, person: Person) -> None:
    lips = LIPS if person.female and person.age != "child" else mix(person.skin, (130, 30, 30), 0.5)
    if person.mood == "laughing":
        pen.polygon(arc(0, 0.48, 0.28, 0.27, 0, 180), (110, 25, 30))
        pen.polygon([(-0.26, 0.48), (0.26, 0.48), (0.22, 0.56), (-0.22, 0.56)], WHITE)
    elif person.mood == "smiling":
        edge = lips if person.female and person.age != "child" else (150, 50, 50)
        pen.polygon(arc(0, 0.42, 0.34, 0.28, 3, 177, 12), edge)
        pen.polygon(arc(0, 0.46, 0.25, 0.16, 3, 177, 10), WHITE)
    elif person.mood == "sad":
        pen.line(arc(0, 0.68, 0.22, 0.16, 205, 335, 8), 0.07, lips)
        pen.oval(0.4, 0.3, 0.05, 0.09, (130, 200, 250))
    elif person.mood == "surprised":
        pen.oval(0, 0.58, 0.12, 0.16, (110, 25, 30))
    elif person.mood == "angry":
        pen.line(arc(0, 0.66, 0.22, 0.1, 200, 340, 8), 0.07, lips)
    elif person.female and person.age != "child":
        pen.polygon([(-0.2, 0.55), (-0.07, 0.49), (0, 0.52), (0.07, 0.49), (0.2, 0.55)], lips)
        pen.polygon(arc(0, 0.55, 0.19, 0.11, 0, 180, 8), mix(lips, WHITE, 0.12))
    else:
        pen.line(arc(0, 0.44, 0.22, 0.13, 30, 150, 8), 0.06, lips)


def _wrinkles(pen: Pen, person: Person) -> None:
    if person.age not in ("middle aged", "old"):
        return
    shade = mix(person.skin, (120, 60, 40), 0.3 if person.old else 0.22)
    for side in (-1, 1):
        pen.line([(0.2 * side, 0.34), (0.33 * side, 0.52)], 0.035, shade)
        if person.old:
            pen.line(arc(0.29 * side, 0.06, 0.17, 0.14, 40, 140, 6), 0.035, shade)
            pen.line([(0.5 * side, 0.0), (0.6 * side, -0.06)], 0.03, shade)
            pen.line([(0.5 * side, 0.06), (0.6 * side, 0.09)], 0.03, shade)
    for y in (-0.5, -0.41) if person.old else ():
        pen.line([(-0.24, y), (0, y + 0.02), (0.24, y)], 0.035, shade)


def _glasses(pen: Pen) -> None:
    frame = (30, 26, 34)
    for side in (-1, 1):
        pen.ring(0.3 * side, 0.03, 0.25, 0.06, frame)
        pen.line([(0.53 * side, 0.0), (0.7 * side, -0.06)], 0.06, frame)
    pen.line([(-0.08, 0.0), (0.08, 0.0)], 0.06, frame)
