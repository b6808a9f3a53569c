"""What a caption says, attribute by attribute: color, shape, place, hour and so on.

A caption with the word of an attribute swapped for another is wrong and differs in nothing else: a
model knows the attribute if it finds the picture nearer to the right caption.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from vqclip.world.captions.phrases import GROUNDED, split_style
from vqclip.world.colors import COLORS
from vqclip.world.faces import MOODS
from vqclip.world.groups import PLACES, RELATIONS
from vqclip.world.people.vocabulary import PEOPLE_ATTRIBUTES
from vqclip.world.places.furniture import FURNITURE
from vqclip.world.places.wordings import PLACE_KINDS
from vqclip.world.scenery.landscapes import LOCATIONS, SUBJECTS
from vqclip.world.scenery.skies import HOURS, WEATHERS
from vqclip.world.shapes import SHAPES
from vqclip.world.styles.media import COLORLESS, STYLES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, article, plural, with_articles

MUTUAL = frozenset({"next to", "beside", "near", "with", "and"})
"""Relations that hold as well if the two things are exchanged."""
COLOR = re.compile(rf"\b(?:{'|'.join(COLORS)})\b")

Words = tuple[str, ...]
"""Words that fit in the same place of a caption and mean something else."""

ATTRIBUTES: dict[str, tuple[Words, ...]] = {
    "color": (tuple(COLORS),),
    "shape": (SHAPES, tuple(map(plural, SHAPES))),
    "thing": (tuple(THINGS), tuple(map(plural, THINGS))),
    "place": (tuple(LOCATIONS.values()), tuple(SUBJECTS.values())),
    "hour": (tuple(hour.names[0] for hour in HOURS.values()),),
    "weather": (WEATHERS,),
    "style": (tuple(STYLES),),
    "count": (tuple(NUMBERS),),
    "side": (
        tuple(place for place in PLACES if place.endswith("corner")),
        tuple(place for place in PLACES if not place.endswith("corner")),
    ),
    # What is left of something is also next to it.
    "relation": (tuple(relation for relation in RELATIONS if relation not in MUTUAL),),
    "mood": (MOODS,),
    **PEOPLE_ATTRIBUTES,
    **PLACE_KINDS,
}
"""By kind, sets of words of which a canonical caption may have one; plurals after singulars."""

FURNISHED = rf"(?= an? (?:\w+ )?(?:{'|'.join(FURNITURE)})\b)"
"""What follows a word for where something is in a room."""
ROOM = ("on", "under", "in front of")
"""Where something is, beside furniture; elsewhere these words may mean the same."""


def _finder(words: Words, following: str = r"\b") -> tuple[Words, re.Pattern[str]]:
    spellings = "|".join(sorted(words, key=len, reverse=True))
    return words, re.compile(rf"\b(?:{spellings}){following}")


FINDERS = {kind: tuple(map(_finder, groups)) for kind, groups in ATTRIBUTES.items()}
"""By kind, its sets of words, each with what finds one of them."""
FINDERS["relation"] += (_finder(ROOM, FURNISHED),)

RELATED = re.compile(
    r"(?P<first>an? (?:\w+ )+?)"
    rf"(?P<relation>{'|'.join(ATTRIBUTES['relation'][0])}|(?:{'|'.join(ROOM)}){FURNISHED}) "
    r"(?P<second>an? \w+(?: (?!(?:in|at|on|by|near|with|under|against)\b)\w+)*)"
)
"""Two things in a relation, at the start of a canonical caption."""


@dataclass(frozen=True)
class Slot:
    """A word of a caption that can be swapped.

    Attributes:
        head: the caption before it.
        word: the word or words.
        tail: the caption after it.
        others: what fits in its place.
    """

    head: str
    word: str
    tail: str
    others: Words

    def filled(self, word: str) -> str:
        """Return the caption with another word."""
        return with_articles(f"{self.head}{word}{self.tail}".strip())


@lru_cache(maxsize=1024)
def slot(caption: str, kind: str) -> Slot | None:
    """Find the first word of a kind in a canonical caption.

    Args:
        caption: from `scene`.
        kind: a key of `ATTRIBUTES`.

    Returns:
        None if the caption has no word of that kind, or if its style hides the attribute.
    """
    style, body = ("", caption) if kind == "style" else split_style(caption)
    if kind == "shape" and " with " in body:
        return None  # the stars of a sky and the rings of a planet are not shapes
    if kind == "color" and style in COLORLESS:
        return None  # it cannot be seen
    groups = FINDERS[kind]
    if body.split()[0] in NUMBERS:
        groups = groups[::-1]  # the plural of fish is its singular
    for words, pattern in groups:
        match = pattern.search(body)
        if match:
            others = tuple(word for word in words if word != match[0])
            return Slot(f"{style} {body[: match.start()]}", match[0], body[match.end() :], others)
    return None


def swapped(caption: str, kind: str) -> list[str]:
    """Return a canonical caption with its first word of a kind swapped for each of the others.

    Args:
        caption: from `scene`.
        kind: a key of `ATTRIBUTES`.

    Returns:
        One caption for each other word; none if nothing can be swapped.
    """
    found = slot(caption, kind)
    return [] if found is None else [found.filled(word) for word in found.others]


def swapped_once(caption: str, kind: str, rng: random.Random) -> str:
    """Return one of the captions of `swapped`, or an empty text."""
    found = slot(caption, kind)
    return "" if found is None or not found.others else found.filled(rng.choice(found.others))


@lru_cache(maxsize=64)
def exchanged(caption: str) -> str:
    """Return a canonical caption with its first two colors exchanged.

    Empty if it has fewer than two, or if `and` joins them: red and blue stripes are also blue and
    red stripes.
    """
    style, body = split_style(caption)
    colors = list(COLOR.finditer(body))[:2]
    if len(colors) < 2 or colors[0][0] == colors[1][0]:
        return ""
    first, second = colors
    head, tail = body[: first.start()], body[second.end() :]
    between = body[first.end() : second.start()]
    if between == " and ":
        return ""
    return with_articles(f"{style} {head}{second[0]}{between}{first[0]}{tail}".strip())


@lru_cache(maxsize=64)
def inverted(caption: str) -> str:
    """Return a canonical caption with the two things of a relation exchanged.

    "A cat on a dog" becomes "a dog on a cat". Empty if there is no relation, or if it holds either
    way round.
    """
    style, body = split_style(caption)
    grounded = GROUNDED.match(body)
    said = grounded["what"] if grounded else body
    match = RELATED.match(said)
    if match is None or match["first"].strip() == match["second"]:
        return ""
    tail = said[match.end() :] + body[len(said) :]
    other = f"{match['second']} {match['relation']} {match['first'].strip()}{tail}"
    return with_articles(f"{style} {other}".strip())


def ungrounded(caption: str, rng: random.Random) -> tuple[str, str] | None:
    """Leave out the plain background of a canonical caption; also give its color to the thing.

    Returns:
        A right and a wrong caption: "a red star" and "a white star" for a red star on white. None
        if there is no such background, or if its color cannot be seen.
    """
    style, body = split_style(caption)
    grounded = GROUNDED.match(body)
    if grounded is None or style in COLORLESS:
        return None
    right, ground = grounded["what"], grounded["color"]
    colors = list(COLOR.finditer(right))
    if right in COLORS or any(color[0] == ground for color in colors):
        return None
    if colors:
        color = rng.choice(colors)
        wrong = f"{right[: color.start()]}{ground}{right[color.end() :]}"
    elif right.split()[0] in ("a", "an", "the", *NUMBERS):
        return None
    else:  # the name of an emoji
        wrong = f"{ground} {right}"
        if rng.random() < 0.5:
            right, wrong = article(right), article(wrong)
    return with_articles(f"{style} {right}".strip()), with_articles(f"{style} {wrong}".strip())
