"""Hair and beards, around a head of radius 1 whose chin is at y = 0.9."""

from __future__ import annotations

from vqclip.world.colors import Color, mix
from vqclip.world.pen import Pen, arc, smooth
from vqclip.world.people.person import HAIRS, Person
from vqclip.world.things.materials import DARK

CURLS = (
    (-0.72, -0.1),
    (-0.78, -0.42),
    (-0.6, -0.74),
    (-0.32, -0.94),
    (0.0, -1.0),
    (0.32, -0.94),
    (0.6, -0.74),
    (0.78, -0.42),
    (0.72, -0.1),
)
"""Places of curls, from the left ear to the right one."""


def hair_behind(pen: Pen, person: Person) -> None:
    """Draw the hair that is behind the neck and in front of the shoulders."""
    color = mix(HAIRS[person.hair], DARK, 0.18)
    if person.cut == "long":
        length = 1.65 if person.female else 1.3
        sides = [(0.86, -0.3), (0.94, 0.5), (1.0, 1.1), (0.85, length), (0.35, length - 0.12)]
        outline = [(-x, y) for x, y in reversed(sides)] + [(-0.6, -0.85), (0, -1.05), (0.6, -0.85)]
        pen.polygon(smooth([*outline, *sides]), color)
    elif person.cut == "curly" and person.female:
        for x, y, radius in ((0.78, 0.2, 0.36), (0.85, 0.55, 0.36), (0.74, 0.9, 0.34)):
            _pair(pen, x, y, radius, color)
    elif person.cut == "bun":
        pen.disc(0, -1.12, 0.38, color)
        pen.ring(0, -1.12, 0.28, 0.05, mix(color, DARK, 0.3))
    elif person.cut == "ponytail":
        tail = [(0.55, -0.75), (1.05, -0.8), (1.3, -0.2), (1.2, 0.75), (0.98, 0.9), (0.98, 0.0)]
        pen.polygon(smooth(tail), color)
        pen.disc(0.72, -0.66, 0.14, (214, 60, 90))
    elif person.cut == "braids":
        _braids(pen, color)


def _pair(pen: Pen, x: float, y: float, radius: float, color: Color) -> None:
    pen.disc(x, y, radius, color)
    pen.disc(-x, y, radius, color)


def _braids(pen: Pen, color: Color) -> None:
    for side in (-1, 1):
        for k in range(5):
            pen.oval(0.84 * side, 0.3 + 0.25 * k, 0.19, 0.18, color)
        pen.oval(0.84 * side, 1.46, 0.2, 0.09, (214, 60, 90))
        pen.oval(0.84 * side, 1.62, 0.15, 0.14, color)


def hair_before(pen: Pen, person: Person) -> None:
    """Draw the hair that is in front of the face."""
    color = HAIRS[person.hair]
    if person.cut == "bald":
        if person.age in ("middle aged", "old"):
            for side in (-1, 1):
                tuft = [(0.66, -0.3), (0.84, -0.2), (0.86, 0.1), (0.72, 0.22), (0.66, 0.0)]
                pen.polygon(smooth([(side * x, y) for x, y in tuft]), color)
        pen.oval(
            -0.25, -0.68, 0.16, 0.07, (255, 238, 222) if sum(person.skin) > 350 else (160, 115, 90)
        )
    elif person.cut == "curly":
        _curls(pen, person, color)
    elif person.cut == "short" and not (person.female and person.age != "child"):
        _short(pen, color)
    elif person.cut == "short":
        _bob(pen, color)
    else:
        _parted(pen, color, low=person.cut == "long")


def _shine(pen: Pen, color: Color) -> None:
    pen.line(arc(0, -0.1, 0.6, 0.76, 215, 250, 6), 0.06, mix(color, (255, 255, 255), 0.28))


def _short(pen: Pen, color: Color) -> None:
    top = arc(0, -0.1, 0.8, 0.98, 178, 362, 18)
    line = [
        (0.7, -0.12),
        (0.6, -0.42),
        (0.3, -0.6),
        (-0.1, -0.56),
        (-0.45, -0.4),
        (-0.62, -0.36),
        (-0.7, -0.12),
    ]
    pen.polygon([*top, *line], color)
    _shine(pen, color)


def _bob(pen: Pen, color: Color) -> None:
    for side in (-1, 1):
        lock = [(0.62, -0.7), (0.88, -0.3), (0.9, 0.3), (0.78, 0.62), (0.6, 0.5), (0.62, -0.1)]
        pen.polygon(smooth([(side * x, y) for x, y in lock]), color)
    top = arc(0, -0.1, 0.84, 1.0, 175, 365, 18)
    pen.polygon([*top, (0.6, -0.3), (0.3, -0.42), (0, -0.44), (-0.3, -0.42), (-0.6, -0.3)], color)
    _shine(pen, color)


def _parted(pen: Pen, color: Color, *, low: bool) -> None:
    for side in (-1, 1):
        lock = [(-0.08, -0.86), (0.3, -1.0), (0.68, -0.75), (0.84, -0.3), (0.9, 0.3)]
        if low:
            lock += [(0.93, 0.9), (0.78, 0.85)]
        lock += [(0.7, 0.15), (0.58, -0.28), (0.25, -0.62)]
        pen.polygon(smooth([(side * x, y) for x, y in lock]), color)
    _shine(pen, color)


def _curls(pen: Pen, person: Person, color: Color) -> None:
    for k, (x, y) in enumerate(CURLS):
        pen.disc(x, y, 0.3 if person.female else 0.24, mix(color, DARK, 0.14 * (k % 2)))
    top = arc(0, -0.1, 0.72, 0.86, 195, 345, 12)
    pen.polygon([*top, (0.5, -0.45), (0, -0.55), (-0.5, -0.45)], color)
    for x, y in ((-0.45, -0.5), (-0.15, -0.6), (0.15, -0.6), (0.45, -0.5)):
        pen.disc(x, y, 0.18, mix(color, (255, 255, 255), 0.07))


def beard(pen: Pen, person: Person) -> None:
    """Draw the beard, below the nose and around the place of the mouth, or the moustache."""
    color = HAIRS[person.hair]
    if person.beard.endswith("beard"):
        chin = 2.1 if person.beard == "long beard" else 1.28
        right = [(0.7, 0.05), (0.74, 0.4), (0.6, 0.85), (0.34, chin - 0.12)]
        left = [(-x, y) for x, y in reversed(right)]
        inner = [(-0.56, 0.28), (-0.3, 0.4), (0, 0.36), (0.3, 0.4), (0.56, 0.28)]
        pen.polygon(smooth([*right, (0, chin), *left, *inner]), mix(color, DARK, 0.06))
    if person.beard:
        lip = [
            (0, 0.36),
            (0.22, 0.36),
            (0.42, 0.52),
            (0.2, 0.51),
            (0, 0.46),
            (-0.2, 0.51),
            (-0.42, 0.52),
            (-0.22, 0.36),
        ]
        pen.polygon(smooth(lip), mix(color, DARK, 0.22))
