"""Small grammar of captions: articles and plurals."""

from __future__ import annotations

import re

PLURALS = {"fish": "fish", "cactus": "cacti", "snowman": "snowmen"}
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}


def article(words: str) -> str:
    """Put `a` or `an` before words."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def with_articles(text: str) -> str:
    """Correct every `a` and `an` of a text by the letter that follows."""
    return re.sub(r"\ban? (?=\w)", lambda found: _article(text[found.end()]), text)


def plural(name: str) -> str:
    """Return the plural of a shape's or thing's name."""
    if name in PLURALS:
        return PLURALS[name]
    if name.endswith(("ch", "sh", "s", "x")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name[-1] == "y" and name[-2] not in "aeiou" else f"{name}s"


def _article(letter: str) -> str:
    return "an " if letter in "aeiou" else "a "
