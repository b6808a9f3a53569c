"""Small grammar of captions: articles, numbers, plurals and their singulars."""

from __future__ import annotations

import re
from functools import lru_cache

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}

PLURALS = {
    "fish": "fish", "sheep": "sheep", "deer": "deer", "series": "series", "species": "species",
    "cactus": "cacti", "man": "men", "woman": "women", "snowman": "snowmen", "fireman": "firemen",
    "policeman": "policemen", "fisherman": "fishermen", "child": "children", "person": "people",
    "foot": "feet", "tooth": "teeth", "goose": "geese", "mouse": "mice", "ox": "oxen",
    "wolf": "wolves", "leaf": "leaves", "knife": "knives", "shelf": "shelves", "loaf": "loaves",
    "calf": "calves", "elf": "elves", "scarf": "scarves", "half": "halves", "thief": "thieves",
    "tomato": "tomatoes", "potato": "potatoes", "hero": "heroes", "volcano": "volcanoes",
    "mango": "mangoes", "mosquito": "mosquitoes", "tornado": "tornadoes",
}  # fmt: skip
"""Singulars whose plurals follow no rule below."""
SINGULARS = {plural: singular for singular, plural in PLURALS.items()} | {
    # With the rules below, these would lose a letter too many or too few.
    "axes": "axe", "mustaches": "mustache", "moustaches": "moustache", "headaches": "headache",
    "cookies": "cookie", "zombies": "zombie", "movies": "movie", "brownies": "brownie",
    "smoothies": "smoothie", "genies": "genie", "irises": "iris", "lenses": "lens",
    "canvases": "canvas",
}  # fmt: skip
WHOLE = frozenset({"canvas", "christmas", "atlas", "lens", "news", "always"})
"""Words that end as a plural does, and are none."""
HISSES = ("ch", "sh", "s", "x")
"""Endings after which a plural has `es`."""


def article(words: str) -> str:
    """Put `a` or `an` before words."""
    return f"{_article(words[0])}{words}"


def with_articles(text: str) -> str:
    """Correct every `a` and `an` of a text by the letter that follows."""
    return re.sub(r"\ban? (?=\w)", lambda found: _article(text[found.end()]), text)


def plural(name: str) -> str:
    """Return the plural of a shape's or thing's name."""
    if name in PLURALS:
        return PLURALS[name]
    if name.endswith(HISSES):
        return f"{name}es"
    return f"{name[:-1]}ies" if name[-1] == "y" and name[-2] not in "aeiou" else f"{name}s"


@lru_cache(maxsize=65536)
def singular(name: str) -> str:
    """Return the singular of a plural, and a singular as it is: foxes, fox -> fox.

    Args:
        name: in lower case; of several words, the last is turned: pine trees -> pine tree.
    """
    head, space, word = name.rpartition(" ")
    return f"{head}{space}{_singular(word)}"


def _singular(word: str) -> str:
    if word in SINGULARS:
        return SINGULARS[word]
    if word in WHOLE or len(word) < 4 or word.endswith(("ss", "us", "is")) or word[-1] != "s":
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    # "es" after s is of buses, not of houses, horses, roses.
    if word.endswith(("ches", "shes", "sses", "xes")) or re.search(r"[^ao]uses$", word):
        return word[:-2]
    return word[:-1]


def _article(letter: str) -> str:
    return "an " if letter in "aeiou" else "a "
