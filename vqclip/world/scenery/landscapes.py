"""Landscapes: a sky at some hour and a ground; perhaps mountains, a thing, and a weather."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vqclip.world.colors import COLORS, vary
from vqclip.world.pen import SUPERSAMPLING, CaptionedImage, Pen
from vqclip.world.scenery.grounds import BACKS, GROUNDS, backdrop, ground
from vqclip.world.scenery.skies import HOURS, SKIES, WEATHERS, above, falling, heavens, sky
from vqclip.world.things.inventory import AFLOAT, ALOFT, INDOORS, NATURAL, OUTDOORS, THINGS
from vqclip.world.words import article

LOCATIONS = {
    "sea": "on the sea",
    "beach": "on a beach",
    "desert": "in the desert",
    "lake": "by a lake",
    "river": "by a river",
} | {
    name: f"in {article(name)}"
    for name in GROUNDS
    if name not in ("sea", "beach", "desert", "lake", "river")
}
"""Phrases of captions for where a thing is, by ground."""
SUBJECTS = {
    name: {"sea": "the sea", "desert": "a desert"}.get(name, article(name)) for name in GROUNDS
}
"""Names of captions for a ground with nothing on it."""


def landscape(
    size: int, rng: random.Random, *, empty: bool = False, grounds: Sequence[str] = tuple(GROUNDS)
) -> CaptionedImage:
    """Draw a landscape of `size` x `size` pixels, usually with a thing in it unless `empty`."""
    weather = rng.choice(WEATHERS) if rng.random() < 0.35 else ""
    hour_name = rng.choice(SKIES.get(weather, tuple(HOURS)))
    name = rng.choice(grounds)
    hour, horizon = HOURS[hour_name], rng.uniform(-0.02, 0.3)  # y in the frame of the picture
    pen = Pen(sky(size * SUPERSAMPLING, hour, rng, dark=weather == "lightning"))
    extras = heavens(pen, hour_name, horizon, rng)
    above(pen, weather, horizon, rng)
    pen = pen.lit(hour.light)
    back = rng.choice(BACKS) if name != "city" and rng.random() < 0.7 else ""
    if back:
        backdrop(pen, back, horizon, rng)
        extras.append(back)
    ground(pen, name, horizon, rng)
    thing = _thing(pen, name, hour_name, horizon, rng) if not empty and rng.random() < 0.8 else ""
    falling(pen, weather, horizon, rng)
    beside = [extra for extra in extras if rng.random() < 0.5][-2:] + [weather] * bool(weather)
    when = "" if hour_name == "day" and rng.random() < 0.25 else hour.names[0]
    subject = thing or SUBJECTS[name]
    tail = f" with {' and '.join(beside)}" if beside else ""
    return pen.finish(), f"{subject} {when}".strip() + tail


def _thing(pen: Pen, place: str, hour: str, horizon: float, rng: random.Random) -> str:
    """Draw a thing in a place; return the words for both."""
    name = rng.choice(INDOORS if rng.random() < 0.12 else OUTDOORS)
    if place == "sea":
        name = rng.choice(AFLOAT if rng.random() < 0.7 else ALOFT)
    natural = name in NATURAL and rng.random() < 0.7
    color_name = rng.choice(NATURAL[name] if natural else tuple(COLORS))
    if hour == "night" and color_name == "black":
        color_name = "white"  # a black thing would be invisible
    size = rng.uniform(0.3, 0.56)
    y = horizon + rng.uniform(0.15, 0.55)
    if name in ALOFT and (place == "sea" or rng.random() < 0.7):
        y = horizon - rng.uniform(0.05, 0.3)
    THINGS[name](pen.at(rng.uniform(-0.5, 0.5), y, size), vary(COLORS[color_name], rng))
    thing = article(name if natural or rng.random() < 0.15 else f"{color_name} {name}")
    over = place == "sea" and name in ALOFT
    return f"{thing} over the sea" if over else f"{thing} {LOCATIONS[place]}"
