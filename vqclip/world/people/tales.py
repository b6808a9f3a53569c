"""Figures of tales and of space: knights, wizards, kings, queens, astronauts and robots."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.people import props
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.busts import draw_bust
from vqclip.world.people.figures import stand
from vqclip.world.people.horses import COATS, draw_rider
from vqclip.world.people.person import Person, any_person
from vqclip.world.people.portraits import background
from vqclip.world.people.poses import POSES
from vqclip.world.things.materials import DARK
from vqclip.world.words import article

RAISED = (0.56, -1.3)
VIVID = (
    "red",
    "green",
    "blue",
    "yellow",
    "orange",
    "purple",
    "pink",
    "cyan",
    "black",
    "white",
    "gray",
    "brown",
)


def knight(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a knight with a sword, perhaps on a horse."""
    person = _grown(
        rng, clothes="armor", hat="helmet", hat_color=rng.choice(("red", "blue", "purple"))
    )
    person = replace(person, cut="short", beard="", glasses=False)
    pen, where = background(size, rng, ((150, 155, 165),))
    kind = rng.random()
    if kind < 0.25:
        coat = rng.choice(list(COATS))
        frame = pen.at(0, 0.9, rng.uniform(0.62, 0.7))
        draw_rider(frame.mirrored() if rng.random() < 0.5 else frame, person, COATS[coat])
        return pen.finish(), " ".join(f"a knight riding {article(f'{coat} horse')} {where}".split())
    if kind < 0.4:
        draw_bust(pen.at(rng.uniform(-0.1, 0.1), 0.0, 0.45), person)
        return pen.finish(), f"a portrait of a knight {where}".strip()
    shield = rng.choice(list(COLORS)) if rng.random() < 0.5 else ""

    def held(own: Pen) -> None:
        props.sword(own, RAISED)
        if shield:
            props.shield(own, COLORS[shield])

    draw_figure(stand(pen, rng), person, POSES["holding"], held)
    tail = f"and {article(f'{shield} shield')}" if shield and rng.random() < 0.6 else ""
    return pen.finish(), " ".join(f"a knight with a sword {tail} {where}".split())


def wizard(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a wizard with a pointed hat, a long beard and a staff."""
    name, robe = rng.choice(VIVID), rng.choice(VIVID)
    robe = name if rng.random() < 0.5 else robe
    person = _grown(rng, clothes="gown", hat="pointed hat", hat_color=name, color=robe)
    person = replace(
        person,
        female=False,
        age="old",
        hair=rng.choice(("white", "white", "gray")),
        cut="long",
        beard="long beard",
        earrings=False,
    )
    pen, where = background(size, rng, (COLORS[name], COLORS[robe]))
    said = rng.sample([f"a {name} hat", f"a {name} hat", f"a {person.hair} beard", "a staff"], 2)
    if rng.random() < 0.3:
        draw_bust(pen.at(rng.uniform(-0.1, 0.1), 0.22, 0.42), person)
        said = [word for word in said if "staff" not in word] or [f"a {name} hat"]
        framing = "a portrait of a wizard"
    else:
        glow = vary(COLORS[rng.choice(("cyan", "yellow", "green", "pink"))], rng)
        draw_figure(
            stand(pen, rng, scale=0.72),
            person,
            POSES["holding"],
            lambda own: props.staff(own, 0.58, glow),
        )
        framing = "a wizard"
    features = " and ".join(article(word[2:]) for word in dict.fromkeys(said))
    return pen.finish(), " ".join(f"{framing} with {features} {where}".split())


def monarch(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a king or queen with a golden crown."""
    robe = rng.choice(("red", "purple", "blue", "green", "red", "purple"))
    person = _grown(rng, clothes="robe", hat="crown", color=robe)
    if not person.female and rng.random() < 0.6:
        person = replace(person, beard="beard")
    pen, where = background(size, rng, (COLORS[robe], person.skin, (250, 200, 45)))
    bust = rng.random() < 0.45
    if bust:
        draw_bust(
            pen.at(rng.uniform(-0.1, 0.1), rng.uniform(0.0, 0.1), rng.uniform(0.42, 0.52)), person
        )
    else:
        draw_figure(
            stand(pen, rng, scale=0.76),
            person,
            POSES["holding"],
            lambda own: props.scepter(own, RAISED),
        )
    noun = "queen" if person.female else "king"
    noun = f"{person.age} {noun}" if rng.random() < 0.5 else noun
    framing = "a portrait of" if bust and rng.random() < 0.7 else ""
    crown = "with a golden crown" if rng.random() < 0.7 else ""
    return pen.finish(), " ".join(f"{framing} {article(noun)} {crown} {where}".split())


def astronaut(size: int, rng: random.Random) -> CaptionedImage:
    """Draw an astronaut: on the moon, in space or on earth, perhaps on a horse."""
    person = replace(
        _grown(rng, clothes="space suit", hat="space helmet"),
        color="white",
        earrings=False,
        cut="short",
    )
    if rng.random() < 0.65:
        pen, where = _moon(size, rng), "on the moon"
    else:
        pen, where = background(size, rng, ((236, 239, 244),))
    kind = rng.random()
    if kind < 0.45:
        coat = rng.choice(list(COATS))
        frame = pen.at(0, 0.88, rng.uniform(0.6, 0.68))
        draw_rider(frame.mirrored() if rng.random() < 0.5 else frame, person, COATS[coat])
        horse = article(f"{coat} horse" if rng.random() < 0.5 else "horse")
        words = f"an astronaut riding {horse}"
    elif kind < 0.6:
        draw_bust(pen.at(0, 0.0, 0.4), person)
        words = "a portrait of an astronaut"
    else:
        pose = rng.choice(("standing", "waving", "walking", "jumping"))
        draw_figure(stand(pen, rng), person, POSES[pose])
        words = f"an astronaut {pose}" if rng.random() < 0.7 else "an astronaut"
    return pen.finish(), f"{words} {where}".strip()


def _moon(size: int, rng: random.Random) -> Pen:
    pen = Pen.blank(size, vary((12, 12, 32), rng, 8))
    for _ in range(40):
        pen.disc(
            rng.uniform(-1, 1), rng.uniform(-1, 0.5), rng.uniform(0.006, 0.02), (245, 245, 230)
        )
    if rng.random() < 0.6:
        earth = pen.at(rng.choice((-0.65, 0.65)), -0.65, 0.2)
        earth.disc(0, 0, 1, (60, 130, 220))
        earth.oval(-0.3, -0.2, 0.4, 0.5, (80, 170, 90))
        earth.oval(0.45, 0.3, 0.3, 0.35, (80, 170, 90))
    pen.oval(0, 1.6, 2.2, 1.15, vary((165, 165, 170), rng, 8))
    for _ in range(6):
        x, y = rng.uniform(-0.95, 0.95), rng.uniform(0.62, 0.97)
        wide = rng.uniform(0.07, 0.18)
        pen.oval(x, y, wide, 0.35 * wide, (128, 128, 136))
        pen.oval(x, y + 0.012, 0.8 * wide, 0.25 * wide, (145, 145, 152))
    return pen


def robot_reader(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a robot that reads a book, or waves."""
    name, cover = rng.sample([name for name in COLORS if name != "black"], 2)
    pen, where = background(size, rng, (COLORS[name], COLORS[cover]))
    reads = rng.random() < 0.75
    frame = pen.at(rng.uniform(-0.15, 0.15), 0.9, rng.uniform(0.75, 0.85))
    _robot(frame, vary(COLORS[name], rng), vary(COLORS[cover], rng) if reads else None)
    robot = article(f"{name} robot" if rng.random() < 0.5 else "robot")
    book = article(f"{cover} book" if rng.random() < 0.3 else "book")
    return pen.finish(), f"{robot} {f'reading {book}' if reads else 'waving'} {where}".strip()


def _robot(pen: Pen, color: Color, cover: Color | None) -> None:
    dark = mix(color, DARK, 0.4)
    for side in (-1, 1):
        pen.line([(0.16 * side, -0.6), (0.16 * side, -0.08)], 0.13, dark)
        pen.box(0.16 * side - 0.15, -0.12, 0.16 * side + 0.15, 0, color)
    pen.box(-0.08, -1.4, 0.08, -1.2, dark)
    pen.box(-0.36, -1.28, 0.36, -0.55, color)
    pen.box(-0.24, -1.14, 0.24, -0.72, mix(color, (255, 255, 255), 0.35))
    for x, jewel in ((-0.12, "red"), (0.0, "yellow"), (0.12, "green")):
        pen.disc(x, -0.64, 0.045, COLORS[jewel])
    pen.line([(0, -1.8), (0, -1.98)], 0.05, dark)
    pen.disc(0, -2.0, 0.07, COLORS["red"] if color[0] < 180 else COLORS["blue"])
    pen.box(-0.38, -1.84, 0.38, -1.36, color)
    for side in (-1, 1):
        pen.box(side * 0.42 - 0.05, -1.7, side * 0.42 + 0.05, -1.5, dark)
        pen.disc(0.17 * side, -1.65, 0.11, (250, 250, 235))
        pen.disc(0.17 * side, -1.63, 0.055, (25, 30, 45))
    pen.box(-0.18, -1.49, 0.18, -1.42, dark)
    if cover:
        for side in (-1, 1):
            pen.line([(0.38 * side, -1.2), (0.5 * side, -0.9), (0.24 * side, -0.86)], 0.1, dark)
        props.open_book(pen.at(0, -0.94, 0.31), cover)
        for side in (-1, 1):
            pen.disc(0.3 * side, -0.84, 0.08, dark)
    else:
        pen.line([(-0.38, -1.2), (-0.54, -0.95), (-0.52, -0.65)], 0.1, dark)
        pen.line([(0.38, -1.2), (0.6, -1.3), (0.6, -1.62)], 0.1, dark)
        pen.disc(0.6, -1.68, 0.09, dark)


TALES: dict[Callable[[int, random.Random], CaptionedImage], float] = {
    knight: 1.0,
    wizard: 1.0,
    monarch: 1.2,
    astronaut: 1.3,
    robot_reader: 0.7,
}
"""Drawers of figures of tales, and how often each is used."""


def tale(size: int, rng: random.Random) -> CaptionedImage:
    """Draw one of `TALES`."""
    return rng.choices(list(TALES), list(TALES.values()))[0](size, rng)


def _grown(rng: random.Random, **changes: str) -> Person:
    person = replace(any_person(rng, child=0, hats=0), glasses=False, **changes)  # type: ignore[arg-type]
    return replace(person, cut="short") if person.cut in ("bun", "ponytail", "bald") else person
