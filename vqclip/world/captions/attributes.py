"""What a caption tells, attribute by attribute, to measure which of them a model knows.

A caption with the word of one attribute swapped for another is a wrong caption that differs in
nothing else: an attribute is known where the picture is nearer to the right one.
"""

from __future__ import annotations

import random
import re

from vqclip.world.captions.phrases import GROUNDED, split_style
from vqclip.world.colors import COLORS
from vqclip.world.faces import MOODS
from vqclip.world.groups import PLACES, RELATIONS
from vqclip.world.scenery.landscapes import LOCATIONS, SUBJECTS
from vqclip.world.scenery.skies import HOURS, WEATHERS
from vqclip.world.shapes import SHAPES
from vqclip.world.styles.media import COLORLESS, STYLES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, article, plural, with_articles

COLOR = re.compile(rf"\b(?:{'|'.join(COLORS)})\b")

Words = tuple[str, ...]
"""Words that can stand for each other and say something else."""

ATTRIBUTES: dict[str, tuple[Words, ...]] = {
    "color": (tuple(COLORS),),
    "shape": (SHAPES, tuple(map(plural, SHAPES))),
    "thing": (tuple(THINGS), tuple(map(plural, THINGS))),
    "place": (tuple(LOCATIONS.values()), tuple(SUBJECTS.values())),
    "hour": (tuple(hour.names[0] for hour in HOURS.values()),),
    "weather": (WEATHERS,),
    "style": (tuple(STYLES),),
    "count": (tuple(NUMBERS),),
    "position": (
        tuple(place for place in PLACES if place.endswith("corner")),
        tuple(place for place in PLACES if not place.endswith("corner")),
        # What is left of something is also next to it.
        tuple(relation for relation in RELATIONS if relation != "next to"),
    ),
    "mood": (MOODS,),
}
"""By kind: sets of words of which a canonical caption may have one; plurals after singulars."""


def swapped(caption: str, kind: str) -> list[str]:
    """Return a canonical caption with its first word of a kind swapped for each other one.

    Args:
        caption: as `scene` gives it.
        kind: a key of `ATTRIBUTES`.

    Returns:
        One caption per other word; none where the caption has no word of that kind,
        or one that its style hides.
    """
    style, body = ("", caption) if kind == "style" else split_style(caption)
    if kind == "shape" and " with " in body:
        return []  # the stars of a sky and the rings of a planet are no shapes
    if kind == "color" and style in COLORLESS:
        return []  # nobody can see it
    groups = ATTRIBUTES[kind]
    if body.split()[0] in NUMBERS:
        groups = groups[::-1]  # for the plural of fish is its singular
    for words in groups:
        found = re.search(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b", body)
        if found:
            head, tail = body[: found.start()], body[found.end() :]
            others = (f"{head}{word}{tail}" for word in words if word != found[0])
            return [with_articles(f"{style} {other}".strip()) for other in others]
    return []


def exchanged(caption: str) -> str:
    """Return a canonical caption with its first two colors exchanged.

    Empty if it has no two, or if `and` joins them: red and blue stripes are blue and red stripes.
    """
    style, body = split_style(caption)
    colors = list(COLOR.finditer(body))[:2]
    if len(colors) < 2 or colors[0][0] == colors[1][0]:
        return ""
    one, two = colors
    if body[one.end() : two.start()] == " and ":
        return ""
    parts = (body[: one.start()], two[0], body[one.end() : two.start()], one[0], body[two.end() :])
    return with_articles(f"{style} {''.join(parts)}".strip())


def ungrounded(caption: str, chance: random.Random) -> tuple[str, str] | None:
    """Leave the plain background of a canonical caption unsaid; also give its color to the thing.

    Returns:
        What is right, and what is wrong: "a red star" and "a white star" for a red one on white;
        none without such a background, or where nobody can see its color.
    """
    style, body = split_style(caption)
    found = GROUNDED.match(body)
    if found is None or style in COLORLESS:
        return None
    right, ground = found["what"], found["color"]
    colors = list(COLOR.finditer(right))
    if right in COLORS or any(one[0] == ground for one in colors):
        return None
    if colors:
        one = chance.choice(colors)
        wrong = f"{right[: one.start()]}{ground}{right[one.end() :]}"
    elif right.split()[0] in ("a", "an", "the", *NUMBERS):
        return None
    else:  # an emoji, by its name
        wrong = f"{ground} {right}"
        if chance.random() < 0.5:
            right, wrong = article(right), article(wrong)
    return with_articles(f"{style} {right}".strip()), with_articles(f"{style} {wrong}".strip())
