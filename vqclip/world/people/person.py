"""What a person looks like, and the words for it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.words import article

SKINS: dict[str, tuple[Color, ...]] = {
    "light": ((250, 214, 186), (242, 200, 168)),
    "brown": ((196, 138, 96), (176, 116, 76)),
    "dark": ((124, 80, 56), (98, 62, 44)),
}
"""Tones of skin by name."""
HAIRS: dict[str, Color] = {
    "black": (38, 30, 32),
    "brown": (104, 64, 34),
    "blond": (236, 196, 96),
    "red": (206, 78, 26),
    "gray": (150, 150, 156),
    "white": (240, 240, 238),
}
AGES = ("child", "young", "middle aged", "old")
CUTS = ("short", "long", "curly", "bun", "ponytail", "braids", "bald")
"""What hair may be like."""
WOMEN: dict[str, float] = {"long": 5, "short": 2, "curly": 2.5, "bun": 1.5, "ponytail": 1.5}
MEN: dict[str, float] = {"short": 6, "curly": 2, "bald": 1.5, "long": 0.5}
GIRLS: dict[str, float] = {"long": 3, "braids": 3, "ponytail": 2, "curly": 2, "short": 1}
BOYS: dict[str, float] = {"short": 5, "curly": 2}
"""Cuts of hair, and how often."""
EXPRESSIONS = ("smiling", "sad", "surprised", "laughing", "angry")
CLOTHES = ("shirt", "sweater", "dress", "suit", "coat", "jacket")
HATS = ("hat", "cap", "hood", "headscarf", "straw hat", "top hat")
BEARDS = ("beard", "moustache")


@dataclass(frozen=True)
class Person:
    """Somebody to draw.

    Attributes:
        female: a woman or girl.
        age: one of `AGES`.
        skin: its color.
        hair: its name among `HAIRS`.
        cut: one of `CUTS`.
        clothes: one of `CLOTHES`, or what `trades` and `tales` add to them.
        color: name of the color of the clothes.
        tone: name of the skin among `SKINS`.
        beard: "beard", "long beard", "moustache" or nothing.
        glasses: whether they are worn.
        earrings: likewise.
        mood: one of `EXPRESSIONS`, or nothing.
        hat: one of `HATS`, or what `trades` and `tales` add to them, or nothing.
        hat_color: name of its color.
    """

    female: bool
    age: str
    skin: Color
    hair: str
    cut: str
    clothes: str
    color: str
    tone: str = "light"
    beard: str = ""
    glasses: bool = False
    earrings: bool = False
    mood: str = ""
    hat: str = ""
    hat_color: str = "brown"

    @property
    def noun(self) -> str:
        """The word for sex and age: girl, boy, woman or man."""
        nouns = ("boy", "girl") if self.age == "child" else ("man", "woman")
        return nouns[self.female]

    @property
    def old(self) -> bool:
        """Whether the person is old."""
        return self.age == "old"


def any_person(rng: random.Random, *, child: float = 0.2, hats: float = 0.2) -> Person:
    """Return somebody; `child` and `hats` are the shares of children and of covered heads."""
    female = rng.random() < 0.5
    age = "child" if rng.random() < child else rng.choice(AGES[1:])
    tone = rng.choice(("light", "light", "light", "brown", "dark"))
    cuts = ((BOYS, GIRLS) if age == "child" else (MEN, WOMEN))[female]
    hairs = ("black", "brown", "blond", "red") if tone == "light" else ("black", "black", "brown")
    hair = rng.choice(("gray", "white")) if age == "old" else rng.choice(hairs)
    grown = not female and age != "child"
    hat = rng.choice(HATS) if rng.random() < hats else ""
    color = rng.choice(list(COLORS))
    return Person(
        female,
        age,
        vary(rng.choice(SKINS[tone]), rng, 6),
        hair,
        rng.choices(list(cuts), list(cuts.values()))[0],
        rng.choice([name for name in CLOTHES if female or name != "dress"]),
        color,
        tone,
        rng.choice(BEARDS) if grown and rng.random() < (0.6 if age == "old" else 0.35) else "",
        rng.random() < (0.15 if age == "child" else 0.35),
        female and age != "child" and rng.random() < 0.2,
        rng.choice(EXPRESSIONS) if rng.random() < 0.4 else "",
        "hood" if hat == "headscarf" and not female else hat,
        rng.choice([name for name in COLORS if name != color]),
    )


def describe(person: Person, rng: random.Random, *, features: int = 2, role: str = "") -> str:
    """Return words for a person: "an old man with a white beard".

    Args:
        person: who is described.
        rng: chooses what is said.
        features: how many of hair, beard, glasses, hat and clothes are said at most.
        role: a noun to say instead of woman, man, girl or boy, such as "teacher of music".
    """
    words = []
    if person.mood and rng.random() < 0.7:
        words.append(person.mood)
    if person.age != "child" and rng.random() < 0.75:
        words.append(person.age)
    if role and rng.random() < 0.65:
        words.append("female" if person.female else "male")
    child = person.age == "child" and rng.random() < 0.25
    noun = " ".join([*words, role or ("child" if child else person.noun)])
    known = _features(person, rng)
    said = known[:features] if rng.random() < 0.6 else rng.sample(known, min(features, len(known)))
    rng.shuffle(said)
    has = [feature for feature in said if not feature.startswith("in ")]
    tail = f" with {' and '.join(has)}" if has else ""
    return article(noun) + tail + "".join(f" {words}" for words in said if words not in has)


def _features(person: Person, rng: random.Random) -> list[str]:
    """Return what may be said after "with", and "in a blue dress"."""
    found = []
    covered = person.hat not in ("", "crown")
    if person.beard:
        color = person.hair if rng.random() < 0.6 else ""
        found.append(article(f"{color} {person.beard}".strip()))
    if not covered:
        found.append(_hair(person))
    if person.glasses:
        found.append("glasses")
    if person.earrings and person.cut != "long" and person.hat not in ("hood", "headscarf"):
        found.append("earrings")
    if person.hat in HATS:
        found.append(article(f"{person.hat_color} {person.hat}"))
    if person.clothes in CLOTHES:
        found.append(f"in {article(f'{person.color} {person.clothes}')}")
    if person.tone != "light":
        found.append(f"{person.tone} skin")
    return found


def _hair(person: Person) -> str:
    if person.cut == "bald":
        return "a bald head"
    if person.cut in ("bun", "ponytail"):
        return article(f"{person.hair} {person.cut}")
    if person.cut == "braids":
        return f"{person.hair} braids"
    return f"{person.cut} {person.hair} hair".removeprefix("short ")
