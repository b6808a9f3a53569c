"""Words of captions about people: what can be swapped, and other words for it."""

from __future__ import annotations

from vqclip.world.people.lessons import LESSONS
from vqclip.world.people.person import AGES, BEARDS, CLOTHES, HAIRS
from vqclip.world.people.trades import TRADES

PEOPLE_ATTRIBUTES: dict[str, tuple[tuple[str, ...], ...]] = {
    "person": (("woman", "man", "girl", "boy"), ("female", "male")),
    "age": (AGES[1:],),
    "role": (("teacher", *TRADES, "king", "queen", "knight", "wizard", "astronaut"),),
    "hair": (tuple(f"{color} hair" for color in HAIRS), ("bun", "ponytail", "braids")),
    "wearing": ((*BEARDS, "glasses", "earrings"), ("hat", "cap", "hood", "headscarf"), CLOTHES),
    "subject": (tuple(LESSONS),),
    "prop": (("blackboard", "computer", "sword", "kite", "staff", "easel"),),
    "action": (
        ("standing", "waving", "walking", "running", "dancing", "jumping", "sitting"),
        ("reading", "flying", "riding"),
    ),
}
"""Words that fit in the same place of a caption and mean something else, by kind."""

PEOPLE_SYNONYMS: dict[str, tuple[str, ...]] = {
    "woman": ("lady",),
    "man": ("gentleman", "guy"),
    "girl": ("little girl", "child", "kid"),
    "boy": ("little boy", "child", "kid"),
    "old": ("elderly", "aged"),
    "young": ("youthful",),
    "middle aged": ("adult", "mature"),
    "teacher": ("professor", "instructor", "schoolteacher", "lecturer"),
    "doctor": ("physician", "medic"),
    "cook": ("chef",),
    "painter": ("artist",),
    "farmer": ("peasant",),
    "firefighter": ("fireman",),
    "dancer": ("ballerina",),
    "musician": ("guitarist", "guitar player"),
    "king": ("monarch", "emperor"),
    "queen": ("empress",),
    "knight": ("knight in armor",),
    "wizard": ("sorcerer", "magician"),
    "astronaut": ("spaceman", "cosmonaut"),
    "blond hair": ("blonde hair", "fair hair", "golden hair"),
    "red hair": ("ginger hair",),
    "gray hair": ("grey hair",),
    "moustache": ("mustache",),
    "glasses": ("spectacles", "eyeglasses"),
    "braids": ("pigtails",),
    "sweater": ("pullover", "jumper"),
    "headscarf": ("hijab",),
    "suit": ("business suit",),
    "mathematics": ("math", "maths", "algebra", "geometry"),
    "literature": ("English", "reading and writing"),
    "blackboard": ("chalkboard", "board"),
    "computer": ("desktop computer", "PC"),
    "sitting": ("seated",),
    "walking": ("strolling",),
    "running": ("jogging",),
    "jumping": ("leaping",),
    "a portrait of": ("a bust of", "a picture of"),
    "a closeup portrait of": ("a close up portrait of", "a headshot of", "the face of"),
    "a closeup of": ("a close up of", "a headshot of", "the face of"),
    "with a golden crown": ("wearing a golden crown", "with a gold crown"),
    "with a sword": ("holding a sword",),
}
"""By words of canonical captions: others that a caption may use instead."""
