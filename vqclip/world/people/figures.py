"""Whole figures that stand, walk, run, read, ride, fly kites."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.people import props
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.horses import COATS, draw_rider
from vqclip.world.people.person import Person, any_person, describe
from vqclip.world.people.portraits import background, open_air
from vqclip.world.people.poses import POSES
from vqclip.world.scenery.skies import falling
from vqclip.world.words import article

PLAIN = ("standing", "waving", "walking", "running", "dancing", "jumping", "sitting")
"""Poses that captions name by a word."""


def figure_of_person(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody who stands, walks, sits, dances and so on."""
    person = any_person(rng, child=0.3)
    pose = rng.choice(PLAIN)
    pen, where = background(size, rng, (COLORS[person.color], person.skin))
    close = pose in ("standing", "waving") and rng.random() < 0.35
    frame = half_length(pen, person, rng) if close else stand(pen, rng)
    if pose == "sitting":
        props.chair(frame if person.age != "child" else frame.at(0, 0, 0.8), (120, 76, 40))
    draw_figure(frame, person, POSES[pose])
    who = describe(person, rng, features=0 if len(where.split()) > 6 else 1)
    words = "" if pose == "standing" and rng.random() < 0.5 else pose
    return pen.finish(), " ".join(f"{who} {words} {where}".split())


def stand(pen: Pen, rng: random.Random, *, low: float = 0.9, scale: float = 0.8) -> Pen:
    """Return a frame for a figure in a picture, mirrored half of the time."""
    frame = pen.at(rng.uniform(-0.2, 0.2), low, scale * rng.uniform(0.9, 1.05))
    return frame.mirrored() if rng.random() < 0.5 else frame


def half_length(pen: Pen, person: Person, rng: random.Random) -> Pen:
    """Return a frame for a figure that is seen from the hips up."""
    scale = 1.2 if person.age != "child" else 1.45
    return pen.at(rng.uniform(-0.15, 0.15), 1.65, scale)


def reader(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody who reads a book, standing or sitting."""
    person = any_person(rng, child=0.3)
    name = rng.choice([name for name in COLORS if name != person.color])
    pen, where = background(size, rng, (COLORS[person.color], COLORS[name], person.skin))
    close = rng.random() < 0.35
    frame = half_length(pen, person, rng) if close else stand(pen, rng)
    read(frame, person, vary(COLORS[name], rng), sitting=not close and rng.random() < 0.6)
    book = article(f"{name} book" if rng.random() < 0.4 else "book")
    verb = "reading" if rng.random() < 0.8 else "with"
    who = describe(person, rng, features=int(verb == "reading" and len(where.split()) < 7))
    framing = "a portrait of" if close and len(where.split()) < 6 and rng.random() < 0.4 else ""
    return pen.finish(), " ".join(f"{framing} {who} {verb} {book} {where}".split())


def read(frame: Pen, person: Person, color: Color, *, sitting: bool) -> None:
    """Draw a person who reads a book."""
    if sitting:
        small = frame if person.age != "child" else frame.at(0, 0, 0.8)
        props.chair(small, (120, 76, 40))
        pose = replace(
            POSES["sitting"],
            arms=(
                ((0.08, -1.14), (0.24, -0.9), (0.44, -0.98)),
                ((-0.1, -1.14), (0.04, -0.86), (0.38, -0.9)),
            ),
        )
        draw_figure(
            frame, person, pose, lambda pen: props.book_from_side(pen.at(0.44, -1.06, 0.24), color)
        )
    else:
        draw_figure(
            frame,
            person,
            POSES["reading"],
            lambda pen: props.open_book(pen.at(0, -1.04, 0.27), color),
        )


def with_umbrella(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody under an umbrella, in the rain."""
    person = any_person(rng, child=0.45, hats=0)
    name = rng.choice(list(COLORS))
    color = vary(COLORS[name], rng)
    if rng.random() < 0.5:
        pen, where = open_air(size, rng)
    else:
        gray = vary((150, 162, 178), rng)
        pen, where = Pen.blank(size, gray), ""
        pen.box(-1, 0.55, 1, 1, vary((100, 110, 122), rng))
        for _ in range(4):
            pen.oval(rng.uniform(-1, 1), rng.uniform(0.7, 0.98), 0.22, 0.03, (150, 170, 195))
    rain = rng.random() < 0.75
    if rain:
        falling(pen, "rain", 0.3, rng)
    frame = stand(pen, rng, low=0.92, scale=0.68)
    draw_figure(frame, person, POSES["holding"])
    small = frame.at(0, 0, 0.8) if person.age == "child" else frame
    props.umbrella(small, color, 0.46)
    small.disc(0.56, -1.3, 0.085, person.skin)
    thing = article(f"{name} umbrella" if rng.random() < 0.7 else "umbrella")
    who = describe(person, rng, features=0)
    return pen.finish(), " ".join(
        f"{who} with {thing} {where} {'in the rain' if rain else ''}".split()
    )


def with_kite(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody who flies a kite."""
    person = any_person(rng, child=0.75)
    name = rng.choice(list(COLORS))
    pen, where = open_air(size, rng)
    frame = pen.at(rng.uniform(-0.6, -0.3), rng.uniform(0.88, 0.95), rng.uniform(0.5, 0.62))
    if rng.random() < 0.5:
        frame = pen.at(
            rng.uniform(0.3, 0.6), rng.uniform(0.88, 0.95), rng.uniform(0.5, 0.62)
        ).mirrored()
    draw_figure(frame, person, POSES[rng.choice(("waving", "waving", "holding"))])
    small = frame.at(0, 0, 0.8) if person.age == "child" else frame
    hand = (0.56, -1.6)
    props.kite(
        small, vary(COLORS[name], rng), hand, (rng.uniform(1.3, 1.8), rng.uniform(-2.6, -2.2))
    )
    who = describe(person, rng, features=0)
    thing = article(f"{name} kite" if rng.random() < 0.6 else "kite")
    return pen.finish(), " ".join(f"{who} flying {thing} {where}".split())


def rider(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody who rides a horse."""
    person = any_person(rng, child=0.15, hats=0.35)
    coat = rng.choice(list(COATS))
    pen, where = background(size, rng, (COLORS[person.color], COATS[coat]))
    frame = pen.at(rng.uniform(-0.08, 0.08), 0.9, rng.uniform(0.62, 0.7))
    frame = frame.mirrored() if rng.random() < 0.5 else frame
    draw_rider(frame, person, vary(COATS[coat], rng, 8))
    horse = article(f"{coat} horse" if rng.random() < 0.6 else "horse")
    return pen.finish(), " ".join(
        f"{describe(person, rng, features=0)} riding {horse} {where}".split()
    )


FIGURES: dict[Callable[[int, random.Random], CaptionedImage], float] = {
    figure_of_person: 1.0,
    reader: 0.6,
    with_umbrella: 0.6,
    with_kite: 0.5,
    rider: 0.5,
}
"""Drawers of figures, and how often each is used."""


def figure_drawing(size: int, rng: random.Random) -> CaptionedImage:
    """Draw one of `FIGURES`."""
    return rng.choices(list(FIGURES), list(FIGURES.values()))[0](size, rng)
