"""Whole figures, each standing on y = 0 of the pen's frame and about 2 high."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.world.colors import COLORS, Color, mix
from vqclip.world.pen import Pen, smooth
from vqclip.world.people.busts import cloth
from vqclip.world.people.heads import draw_back, draw_head
from vqclip.world.people.person import Person
from vqclip.world.people.poses import Limb, Pose
from vqclip.world.things.materials import DARK

GLOVED = {"armor": (120, 126, 138), "space suit": (215, 220, 228)}
GOWNS = {"dress": -0.38, "robe": -0.02, "gown": -0.02, "doctor": -0.42, "coat": -0.45}
"""Clothes that hide the legs, and down to which y."""
SHOULDER, HIP = -1.38, -0.74


def draw_figure(
    pen: Pen, person: Person, pose: Pose, held: Callable[[Pen], None] | None = None
) -> None:
    """Draw a figure in a pose.

    Args:
        pen: the figure stands on y = 0 of its frame; a child is smaller.
        person: who it is.
        pose: one of `POSES`.
        held: draws what is in front of the body and behind the hands, in the figure's frame.
    """
    child = person.age == "child"
    pen = pen.at(0, 0, 0.8) if child else pen
    color = cloth(person)
    far, near = pose.legs
    _leg(pen, person, far, dim=pose.look > 0.8)
    if pose.look > 0.8:
        _arm(pen, person, pose.arms[0], dim=True)
    _leg(pen, person, near, dim=False)
    _torso(pen, person, pose, color)
    scale = 0.335 if child else 0.275
    head = pen.at(pose.lean, SHOULDER - 0.1 - 0.9 * scale + pose.lower, scale)
    draw_back(head, person)
    half = 0.06 if person.female or child else 0.075
    shade = GLOVED.get(person.clothes, mix(person.skin, (90, 40, 30), 0.2))
    half = 0.14 if person.clothes in GLOVED else half
    pen.box(
        pose.lean - half,
        SHOULDER - 0.16 + pose.lower,
        pose.lean + half,
        SHOULDER + 0.04 + pose.lower,
        shade,
    )
    draw_head(head, person, look=pose.look, detail=False)
    if held:
        held(pen)
    for arm in pose.arms if pose.look <= 0.8 else pose.arms[1:]:
        _arm(pen, person, arm, dim=False)


def trousers(person: Person) -> Color:
    """Return the color of a person's trousers."""
    fixed: dict[str, Color] = {
        "armor": (125, 130, 142),
        "space suit": (222, 226, 234),
        "overalls": (60, 95, 160),
        "cook": (70, 75, 90),
        "firefighter": COLORS[person.color],
    }
    if person.clothes == "suit":
        return mix(COLORS[person.color], DARK, 0.15)
    dark = sum(COLORS[person.color]) < 330
    return fixed.get(person.clothes, (140, 125, 100) if dark else (52, 60, 92))


def _leg(pen: Pen, person: Person, leg: Limb, *, dim: bool) -> None:
    color = trousers(person)
    if person.clothes in ("dress", "gown"):
        color = person.skin
    color = mix(color, DARK, 0.22) if dim else color
    pen.line(leg, 0.19 if person.clothes not in ("dress", "gown") else 0.12, color)
    x, y = leg[2]
    shoe: Color = GLOVED.get(person.clothes, (60, 40, 34))
    pen.oval(x + 0.05, y, 0.14, 0.065, shoe)


def _arm(pen: Pen, person: Person, arm: Limb, *, dim: bool) -> None:
    color = mix(cloth(person), DARK, 0.22 if dim else 0.1)
    pen.line(arm, 0.15, color)
    pen.disc(*arm[2], 0.085, GLOVED.get(person.clothes, mix(person.skin, DARK, 0.12 if dim else 0)))


def _torso(pen: Pen, person: Person, pose: Pose, color: Color) -> None:
    top, hip = SHOULDER + pose.lower, HIP + pose.lower
    wide = 0.24 if person.female or person.age == "child" else 0.31
    waist = 0.16 if person.female and person.age != "child" else 0.21
    if pose.look > 0.8:
        wide, waist = 0.8 * wide, 0.9 * waist
    lean = pose.lean
    right = [
        (lean + 0.1, top - 0.03),
        (lean + wide, top + 0.04),
        (waist + 0.6 * lean, -1.02 + pose.lower),
    ]
    left = [(lean - wide, top + 0.04), (0.6 * lean - waist, -1.02 + pose.lower)]
    hips = [(0.22, hip + 0.05), (-0.22, hip + 0.05)]
    pen.polygon(smooth([*right, *hips, left[1], left[0], (lean - 0.1, top - 0.03)], 3), color)
    if person.clothes in GOWNS and pose.look < 0.9:
        hem = GOWNS[person.clothes]
        half = 0.36 if hem > -0.2 else 0.4 if person.clothes == "dress" else 0.28
        skirt = [(-waist, -1.02), (waist, -1.02), (half, hem), (-half, hem)]
        pen.polygon(skirt, color)
    elif person.clothes in GOWNS and person.clothes in ("dress", "robe", "gown"):
        (_, knee, _), (_, other, _) = pose.legs
        skirt = [
            (-waist, -1.02 + pose.lower),
            (waist, -1.02 + pose.lower),
            (other[0] + 0.1, other[1] + 0.06),
            (knee[0] - 0.14, knee[1] + 0.1),
        ]
        pen.polygon([*skirt, (-0.2, hip + 0.1)], color)
    if pose.look <= 0.8:
        trim = TRIMS.get(person.clothes)
        if trim:
            trim(pen, person, color)


def _suit(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon([(-0.11, -1.4), (0.11, -1.4), (0, -1.05)], (246, 246, 250))
    if not person.female:
        pen.polygon(
            [(-0.03, -1.38), (0.03, -1.38), (0.04, -1.15), (0, -1.09), (-0.04, -1.15)],
            COLORS["red"],
        )


def _buttons(pen: Pen, person: Person, color: Color) -> None:
    pen.line(
        [(0, -1.36), (0, -0.72)],
        0.015,
        mix(color, DARK, 0.35) if sum(color) > 120 else (90, 90, 96),
    )


def _robe(pen: Pen, person: Person, color: Color) -> None:
    pen.box(-0.06, -1.38, 0.06, -0.02, (250, 248, 240))
    pen.box(-0.36, -0.1, 0.36, -0.02, (250, 248, 240))
    pen.box(-0.21, -0.98, 0.21, -0.9, (250, 200, 45))


def _fire(pen: Pen, person: Person, color: Color) -> None:
    for y in (-1.1, -0.8):
        pen.box(-0.22, y, 0.22, y + 0.07, (245, 235, 90))


def _overalls(pen: Pen, person: Person, color: Color) -> None:
    denim = (60, 95, 160)
    pen.box(-0.17, -1.15, 0.17, -0.66, denim)
    for side in (-1, 1):
        pen.line([(0.14 * side, -1.12), (0.16 * side, -1.4)], 0.05, denim)


def _doctor(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon([(-0.1, -1.4), (0.1, -1.4), (0, -1.05)], (110, 190, 210))
    pen.line(
        [(-0.12, -1.38), (-0.1, -1.18), (0.02, -1.08), (0.12, -1.2), (0.12, -1.38)],
        0.03,
        (50, 55, 70),
    )
    pen.disc(0.02, -1.04, 0.045, (150, 155, 165))
    pen.line([(0, -1.02), (0, -0.42)], 0.015, (190, 196, 206))


def _cook(pen: Pen, person: Person, color: Color) -> None:
    pen.polygon([(-0.12, -1.4), (0.12, -1.4), (0, -1.24)], COLORS["red"])
    pen.box(-0.2, -1.0, 0.2, -0.4, (228, 232, 240))
    for y in (-1.2, -1.1):
        for x in (-0.07, 0.07):
            pen.disc(x, y, 0.02, (60, 65, 80))


def _space_suit(pen: Pen, person: Person, color: Color) -> None:
    pen.box(-0.13, -1.18, 0.13, -0.98, (190, 196, 208))
    for x, name in ((-0.07, "red"), (0.0, "yellow"), (0.07, "blue")):
        pen.disc(x, -1.08, 0.03, COLORS[name])


TRIMS = {
    "suit": _suit,
    "shirt": _buttons,
    "coat": _buttons,
    "jacket": _buttons,
    "robe": _robe,
    "firefighter": _fire,
    "overalls": _overalls,
    "doctor": _doctor,
    "cook": _cook,
    "space suit": _space_suit,
}
"""What is drawn on the front of clothes."""
