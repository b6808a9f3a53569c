"""Portraits: faces and busts on plain backgrounds, walls and landscapes."""

from __future__ import annotations

import random

from PIL import Image

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import SUPERSAMPLING, CaptionedImage, Pen
from vqclip.world.people.busts import draw_bust
from vqclip.world.people.person import Person, any_person, describe
from vqclip.world.scenery.landscapes import LOCATIONS, SUBJECTS, landscape
from vqclip.world.scenery.skies import HOURS
from vqclip.world.words import article

FRAMINGS = ("a portrait of", "a portrait of", "a closeup portrait of", "a closeup of", "")
"""What captions may begin with."""
CLOSE = ("a closeup portrait of", "a closeup of")


def portrait(size: int, rng: random.Random, person: Person | None = None) -> CaptionedImage:
    """Draw a portrait of a person, random unless given; return it with its caption."""
    person = person or any_person(rng)
    framing = rng.choice(FRAMINGS)
    worn = [COLORS[person.color], person.skin, *([COLORS[person.hat_color]] if person.hat else [])]
    pen, where = background(size, rng, tuple(worn))
    place_bust(pen, person, rng, close=framing in CLOSE)
    few = len(where.split()) > 5
    who = describe(person, rng, features=rng.choice((0, 1)) if few else rng.choice((0, 1, 2, 2, 2)))
    return pen.finish(), " ".join(f"{framing} {who} {where}".split())


def place_bust(pen: Pen, person: Person, rng: random.Random, *, close: bool) -> None:
    """Draw a bust in a picture, its head large if `close`."""
    scale = rng.uniform(0.54, 0.66) if close else rng.uniform(0.36, 0.48)
    y = 0.04 if close else rng.uniform(-0.28, -0.16)
    y += 0.12 if person.hat else 0
    look = rng.choice((-1, -0.5, 0, 0, 0.5, 1))
    draw_bust(pen.at(rng.uniform(-0.12, 0.12), y, scale), person, look=look)


def background(
    size: int, rng: random.Random, avoid: tuple[Color, ...] = (), *, outdoors: float = 0.35
) -> tuple[Pen, str]:
    """Draw a plain background, a wall or an empty landscape.

    Args:
        size: picture width and height in pixels.
        rng: source of randomness.
        avoid: colors that a plain background must not come near.
        outdoors: share of landscapes.

    Returns:
        A pen on the background, in its light, and the words for it, perhaps none.
    """
    kind = rng.random()
    if kind < outdoors:
        return open_air(size, rng)
    names = [
        name
        for name, color in COLORS.items()
        if all(sum(abs(a - b) for a, b in zip(color, other, strict=True)) > 110 for other in avoid)
    ]
    name = rng.choice(names)
    color = vary(COLORS[name], rng)
    pen = Pen.blank(size, color)
    if kind < 0.6 + 0.4 * outdoors:
        return pen, f"on {article(name)} background" if rng.random() < 0.75 else ""
    line = mix(color, (255, 255, 255) if sum(color) < 200 else (0, 0, 0), 0.12)
    for k in range(9):
        pen.box(-1 + 0.25 * k, -1, -0.98 + 0.25 * k, 1, line)
    return pen, f"in front of {article(name)} wall"


def open_air(size: int, rng: random.Random) -> tuple[Pen, str]:
    """Draw an empty landscape; return a pen in its light, and the words for where that is."""
    image, caption = landscape(size, rng, empty=True)
    while caption.startswith(SUBJECTS["sea"]):  # nobody stands on it
        image, caption = landscape(size, rng, empty=True)
    big = image.resize((size * SUPERSAMPLING,) * 2, Image.Resampling.NEAREST)
    where = next((name for name in SUBJECTS if caption.startswith(SUBJECTS[name])), "")
    hour = next((hour for hour in HOURS.values() if f" {hour.names[0]}" in caption), HOURS["day"])
    words = [LOCATIONS[where]] if where else []
    if f" {hour.names[0]}" in caption:
        words.append(hour.names[0])
    return Pen(big).lit(tuple(0.25 + 0.75 * light for light in hour.light)), " ".join(words)  # type: ignore[arg-type]
