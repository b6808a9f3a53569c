"""People at work: doctor, cook, painter, farmer, firefighter, dancer, musician, at computers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from vqclip.world.colors import COLORS, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.people import props
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.busts import draw_bust
from vqclip.world.people.figures import stand
from vqclip.world.people.person import Person, any_person, describe
from vqclip.world.people.portraits import background
from vqclip.world.people.poses import POSES

Held = Callable[[Pen], None]
"""Draws what somebody holds."""
RAISED = (0.56, -1.3)
"""The hand of the pose "holding"."""


@dataclass(frozen=True)
class Trade:
    """How people of a trade look.

    Attributes:
        clothes: among those of `busts` and `bodies`; empty: any.
        hat: among those of `hats`.
        pose: one of `POSES`.
        held: draws what they work with.
        action: words for that, to follow the name of the trade; may be left out.
        colors: of their clothes, if not all.
        reach: how far what they work with reaches to the side.
    """

    clothes: str = ""
    hat: str = ""
    pose: str = "holding"
    held: Held | None = None
    action: str = ""
    colors: tuple[str, ...] = tuple(COLORS)
    reach: float = 0.0


TRADES: dict[str, Trade] = {
    "doctor": Trade("doctor", held=lambda pen: props.clipboard(pen, RAISED)),
    "cook": Trade(
        "cook",
        "cook hat",
        held=lambda pen: props.pan(pen, RAISED),
        action="with a frying pan",
        reach=0.25,
    ),
    "painter": Trade(
        "",
        "beret",
        held=lambda pen: props.easel(pen, COLORS["red"]),
        action="at an easel",
        reach=0.45,
    ),
    "farmer": Trade(
        "overalls",
        "straw hat",
        held=lambda pen: props.pitchfork(pen, 0.58),
        action="with a pitchfork",
        colors=("red", "green", "yellow", "white", "orange"),
    ),
    "firefighter": Trade(
        "firefighter",
        "fire helmet",
        held=lambda pen: props.hose(pen, RAISED),
        action="with a hose",
        reach=0.4,
        colors=("red", "black", "brown"),
    ),
    "dancer": Trade(
        "dress", pose="dancing", colors=("red", "pink", "purple", "white", "blue", "yellow")
    ),
    "musician": Trade(
        pose="playing", held=lambda pen: props.guitar(pen, (206, 130, 60)), action="with a guitar"
    ),
}


def worker(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody of one of `TRADES` at work."""
    name = rng.choice(list(TRADES))
    trade = TRADES[name]
    person = dressed(any_person(rng, child=0, hats=0), trade, rng)
    pen, where = background(size, rng, (COLORS[person.color], person.skin))
    bust = trade.clothes in ("doctor", "cook", "firefighter", "overalls") and rng.random() < 0.3
    few = int(len(where.split()) < 5 and rng.random() < 0.4)
    if bust:
        draw_bust(
            pen.at(rng.uniform(-0.1, 0.1), rng.uniform(-0.2, 0.0), rng.uniform(0.4, 0.5)), person
        )
        framing = rng.choice(("a portrait of", "a closeup portrait of"))
        return pen.finish(), " ".join(
            f"{framing} {describe(person, rng, features=few, role=name)} {where}".split()
        )
    frame = stand(pen, rng)
    if trade.reach:
        frame = frame.at(-trade.reach, 0, 0.92)
    draw_figure(frame, person, POSES[trade.pose], trade.held)
    action = trade.action if rng.random() < 0.75 else ""
    who = describe(person, rng, features=0 if action else few, role=name)
    if name == "musician" and action and rng.random() < 0.7:
        action = "playing the guitar"
        who = describe(person, rng, features=0, role="" if rng.random() < 0.6 else name)
    return pen.finish(), " ".join(f"{who} {action} {where}".split())


def dressed(person: Person, trade: Trade, rng: random.Random) -> Person:
    """Return a person in the clothes of a trade."""
    return replace(
        person,
        female=person.female or trade.clothes == "dress",
        beard="" if trade.clothes == "dress" else person.beard,
        cut="bun" if trade.clothes == "dress" else person.cut,
        clothes=trade.clothes or rng.choice(("shirt", "sweater")),
        color=person.color if person.color in trade.colors else rng.choice(trade.colors),
        hat=trade.hat,
        hat_color="red" if person.color != "red" else "black",
    )


def at_computer(size: int, rng: random.Random) -> CaptionedImage:
    """Draw somebody who works at a computer."""
    person = any_person(rng, child=0.2)
    pen, where = background(size, rng, (COLORS[person.color], person.skin), outdoors=0.1)
    half = rng.random() < 0.5
    frame = pen.at(rng.uniform(-0.12, 0), 1.6, 1.2) if half else pen.at(-0.05, 0.92, 0.82)
    child = 1.25 if person.age == "child" else 1.0
    screen = vary(COLORS[rng.choice(("blue", "green", "cyan", "black"))], rng)
    arms = (
        ((-0.27, -1.3), (-0.4, -1.0), (-0.2, -0.86)),
        ((0.27, -1.3), (0.36, -1.0), (0.1, -0.86)),
    )
    draw_figure(
        frame.at(0, 0, child),
        person,
        replace(POSES["standing"], arms=arms),
        lambda own: props.desk_with_computer(own, screen),
    )
    who = describe(person, rng, features=int(len(where.split()) < 5))
    return pen.finish(), " ".join(f"{who} at a computer {where}".split())
