"""Captions as people type them: everyday nouns, commas, capitals, extra words, misspellings."""

from __future__ import annotations

import random
import re

from vqclip.world.captions.nouns import LONGEST, NOUNS
from vqclip.world.words import with_articles

RENAMED = 0.18
"""Share of the nouns that get another name."""
MISSPELT = 0.04
"""Share of the captions with a misspelt word."""
TYPED = 0.3
"""Share of the captions with extra words, commas for prepositions, capitals or digits."""
PRAISE = (
    "beautiful",
    "cute",
    "nice",
    "pretty",
    "lovely",
    "amazing",
    "detailed",
    "simple",
    "little",
)
ENDINGS = (
    ", hd",
    ", 4k",
    ", highly detailed",
    ", beautiful",
    ", high quality",
    " please",
    "!",
    ".",
)
BEGINNINGS = (
    "photo of ",
    "picture of ",
    "image of ",
    "draw ",
    "painting of ",
    "show me ",
    "a scene with ",
)
JOINTS = re.compile(r" (?:on|in|at|by|with|under|over|in front of|next to|and) (?:an? |the )?")
"""What a comma or nothing may stand for."""
DIGITS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
MISSPELLINGS = {
    "beautiful": "beatiful", "castle": "castel", "apple": "aple", "table": "tabel",
    "elephant": "elefant", "giraffe": "girafe", "butterfly": "buterfly", "lightning": "lightening",
    "mountain": "moutain", "mountains": "montains", "yellow": "yelow", "purple": "purpel",
    "orange": "ornage", "green": "gren", "white": "wite", "background": "backround",
    "bicycle": "bycicle", "umbrella": "umbrela", "watercolor": "water color",
    "forest": "forrest", "desert": "dessert", "lighthouse": "light house", "night": "nite",
    "horse": "hrose", "flower": "flowr", "flowers": "flowres", "teacher": "techer",
    "woman": "women", "rabbit": "rabit", "penguin": "pinguin", "dinosaur": "dinosour",
    "guitar": "gitar", "strawberry": "strawbery", "chocolate": "choclate", "church": "chruch",
    "autumn": "autum", "winter": "witner", "sunset": "sun set", "house": "huose", "with": "wiht",
    "the": "teh", "picture": "pciture", "cute": "cut", "snow": "snwo", "beach": "beech",
    "colorful": "colourful", "gray": "grey", "square": "sqaure", "triangle": "traingle",
}  # fmt: skip
"""Common words and how they are often misspelt."""


def typed(caption: str, rng: random.Random) -> str:
    """Return a caption as a newcomer might type it; often unchanged."""
    caption = everyday(caption, rng)
    if rng.random() < TYPED:
        caption = rng.choice(HABITS)(caption, rng)
    caption = with_articles(caption)
    return misspelt(caption, rng) if rng.random() < MISSPELT else caption


def everyday(caption: str, rng: random.Random) -> str:
    """Give some of a caption's nouns other names: a sofa is a couch, a dog a spaniel."""
    words, out, k = caption.split(" "), [], 0
    while k < len(words):
        for length in range(min(LONGEST, len(words) - k), 0, -1):
            run = " ".join(words[k : k + length])
            bare = run.rstrip(",.")
            others = NOUNS.get(bare)
            if others and rng.random() < RENAMED:
                out.append(rng.choice(others) + run[len(bare) :])
                break
            if others:
                out.append(run)
                break
        else:
            length = 1
            out.append(words[k])
        k += length
    return " ".join(out)


def praised(caption: str, rng: random.Random) -> str:
    """Put an adjective of praise before the first noun."""
    word = rng.choice(PRAISE)
    found = re.match(r"(?:an?|the) ", caption)
    return f"a {word} {caption[found.end() :]}" if found else f"{word} {caption}"


def ended(caption: str, rng: random.Random) -> str:
    """Add words that are thought to help."""
    return caption + rng.choice(ENDINGS)


def begun(caption: str, rng: random.Random) -> str:
    """Begin with what is wanted of a machine that draws."""
    return rng.choice(BEGINNINGS) + caption


def listed(caption: str, rng: random.Random) -> str:
    """Turn a caption into a list: "castle, night, oil painting"."""
    parts = [re.sub(r"^(?:an?|the) ", "", part) for part in JOINTS.sub(", ", caption).split(", ")]
    if len(parts) > 2 and rng.random() < 0.3:
        rng.shuffle(parts)
    return rng.choice((", ", ", ", ", ", " ", ",")).join(part for part in parts if part)


def capital(caption: str, rng: random.Random) -> str:
    """Write in capitals, or with a capital at the start or of each word."""
    return rng.choice((str.upper, str.capitalize, str.capitalize, str.title))(caption)


def numeric(caption: str, rng: random.Random) -> str:
    """Write numbers in digits."""
    return re.sub(rf"\b(?:{'|'.join(DIGITS)})\b", lambda found: DIGITS[found[0]], caption)


def unordered(caption: str, rng: random.Random) -> str:
    """Begin with the place or the ground."""
    found = re.search(r" ((?:in|on|at|by|under) (?:an? |the )?[\w ]+)$", caption)
    return f"{found[1]}{rng.choice((', ', ' '))}{caption[: found.start()]}" if found else caption


HABITS = (praised, ended, begun, listed, listed, capital, numeric, unordered)
"""What newcomers do to captions."""


def misspelt(caption: str, rng: random.Random) -> str:
    """Misspell a word: as many do, or by letters that are swapped, doubled or left out."""
    words = caption.split(" ")
    known = [k for k, word in enumerate(words) if word in MISSPELLINGS]
    if known and rng.random() < 0.5:
        k = rng.choice(known)
        words[k] = MISSPELLINGS[words[k]]
        return " ".join(words)
    long = [k for k, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return caption
    k = rng.choice(long)
    word, at = words[k], rng.randint(1, len(words[k]) - 2)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[: at + 1] + word[at:],
        word[:at] + word[at + 1 :],
    )
    words[k] = rng.choice(slips)
    return " ".join(words)
