"""Common nouns of drawings in other words: synonyms, young ones and breeds."""

from __future__ import annotations

from importlib.resources import files

from vqclip.world.words import plural

_LINES = files(__package__).joinpath("nouns.txt").read_text("utf-8").splitlines()
NOUNS: dict[str, tuple[str, ...]] = {
    name.lower(): tuple(word.strip() for word in others.split(","))
    for name, _, others in (line.partition(": ") for line in _LINES)
}
"""By a noun in the singular, words that people type for it."""
NOUNS |= {
    plural(name): tuple(plural(word) for word in words)
    for name, words in NOUNS.items()
    if plural(name) not in NOUNS and " of " not in name
}
LONGEST = max(len(name.split()) for name in NOUNS)
"""Words of the longest name."""
BROADER: dict[str, tuple[str, ...]] = {
    "animal-bird": ("bird", "animal"),
    "animal-mammal": ("animal",),
    "animal-bug": ("insect", "bug"),
    "animal-marine": ("sea animal", "sea creature"),
    "animal-reptile": ("reptile", "animal"),
    "animal-amphibian": ("animal",),
    "plant-flower": ("flower", "plant"),
    "plant-other": ("plant",),
    "food-fruit": ("fruit",),
    "food-vegetable": ("vegetable",),
    "food-prepared": ("food", "meal"),
    "food-asian": ("food", "meal"),
    "food-sweet": ("dessert", "sweets"),
    "food-marine": ("seafood",),
    "drink": ("drink", "beverage"),
    "musical-instrument": ("musical instrument", "instrument"),
    "tool": ("tool",),
    "clothing": ("clothes",),
    "place-building": ("building",),
    "place-religious": ("temple", "building"),
    "transport-ground": ("vehicle",),
    "transport-water": ("boat", "vessel"),
    "transport-air": ("aircraft",),
    "money": ("money",),
    "computer": ("computer equipment",),
    "cat-face": ("cat face",),
    "person-role": ("person",),
    "person-activity": ("person",),
    "person-sport": ("athlete",),
}
"""By the subgroup of a drawing, words for whatever is in it."""
