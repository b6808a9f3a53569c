"""Teachers of nine subjects, in front of blackboards."""

from __future__ import annotations

import random
from dataclasses import replace

from vqclip.world.colors import COLORS, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.people import props
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.busts import draw_bust
from vqclip.world.people.lessons import BOARDS, LESSONS, blackboard
from vqclip.world.people.person import Person, any_person, describe
from vqclip.world.people.poses import POSES

WALLS = ((238, 226, 200), (214, 226, 232), (240, 214, 190), (206, 222, 196))
WORK = ("", "", "", "with a book", "at a computer")
FRAMINGS = ("a closeup portrait of", "a closeup portrait of", "a portrait of", "")


def teacher(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a teacher, close or whole, mostly in front of a blackboard with marks of a subject."""
    person = any_person(rng, child=0, hats=0)
    person = replace(person, clothes=rng.choice(("shirt", "sweater", "suit", "jacket")))
    subject = rng.choice(list(LESSONS))
    framing, work = rng.choice(FRAMINGS), rng.choice(WORK)
    pen = Pen.blank(size, vary(rng.choice(WALLS), rng))
    blackboard(pen, vary(rng.choice(BOARDS), rng, 6))
    side = rng.choice((-1, 1))
    if work == "at a computer":
        LESSONS[subject](pen.at(-0.55 * side, -0.5, 0.3))
    else:
        LESSONS[subject](pen.at(-0.45 * side, rng.uniform(-0.3, -0.22), 0.4))
    _draw(pen, person, (framing, work), side, rng)
    said = rng.random()
    role = (
        f"teacher of {subject}"
        if said < 0.75
        else f"{subject} teacher"
        if said < 0.85
        else "teacher"
    )
    where = "in front of a blackboard" if not work or rng.random() < 0.3 else ""
    who = describe(person, rng, features=int(rng.random() < 0.3), role=role)
    return pen.finish(), " ".join(f"{framing} {who} {work} {where}".split())


def _draw(pen: Pen, person: Person, words: tuple[str, str], side: int, rng: random.Random) -> None:
    """Draw a teacher on a side of the board; `words` are those for the framing and the work."""
    framing, work = words
    color = vary(COLORS[rng.choice([name for name in COLORS if name != person.color])], rng)
    if work == "at a computer":
        frame = pen.at(0.2 * side, 1.75, 1.3) if framing else pen.at(0.2 * side, 0.95, 0.85)
        frame = frame.mirrored() if side > 0 else frame
        arms = (
            ((-0.27, -1.3), (-0.4, -1.0), (-0.2, -0.86)),
            ((0.27, -1.3), (0.36, -1.0), (0.1, -0.86)),
        )
        draw_figure(frame, person, replace(POSES["standing"], arms=arms),
                    lambda own: props.desk_with_computer(own, (60, 130, 210)))  # fmt: skip
        return
    if framing and not work:
        close = "closeup" in framing
        frame = pen.at(
            side * rng.uniform(0.3, 0.38), 0.12 if close else 0.0, 0.46 if close else 0.36
        )
        draw_bust(frame, person, look=rng.choice((-side, 0)))
        return
    close = bool(framing)
    frame = pen.at(0.4 * side, 1.75, 1.25) if close else pen.at(0.45 * side, 0.95, 0.82)
    if work == "with a book":
        draw_figure(frame, person, POSES["reading"],
                    lambda own: props.open_book(own.at(0, -1.04, 0.27), color))  # fmt: skip
    else:
        frame = frame.mirrored() if side > 0 else frame
        draw_figure(frame, person, POSES["pointing"])
