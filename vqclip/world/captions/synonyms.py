"""Other words for those of canonical captions."""

from __future__ import annotations

import re

from vqclip.world.colors import COLOR_SYNONYMS, COLORS
from vqclip.world.groups import RELATIONS
from vqclip.world.people.vocabulary import PEOPLE_SYNONYMS
from vqclip.world.places.wordings import PLACE_SYNONYMS
from vqclip.world.scenery.skies import HOURS
from vqclip.world.shapes import SHAPES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import plural

FIGURES: dict[str, tuple[str, ...]] = {
    "circle": ("disc", "disk", "round shape"),
    "ring": ("hoop",),
    "crescent": ("crescent moon", "half moon"),
    "diamond": ("rhombus",),
    "cross": ("plus sign",),
    "oval": ("ellipse",),
    "heart": ("heart shape",),
    "house": ("home", "cottage"),
    "sailing boat": ("sailboat", "boat", "yacht"),
    "car": ("automobile", "auto"),
    "castle": ("fortress",),
    "rocket": ("spaceship", "space rocket"),
    "hot air balloon": ("balloon",),
    "flower": ("blossom",),
    "mushroom": ("toadstool",),
    "cat": ("kitten", "kitty"),
    "umbrella": ("parasol",),
    "dog": ("puppy",),
    "bird": ("songbird", "little bird"),
    "rabbit": ("bunny",),
    "turtle": ("tortoise",),
    "ladybug": ("ladybird",),
    "bee": ("bumblebee", "honeybee"),
    "pig": ("piglet", "piggy"),
    "truck": ("lorry",),
    "train": ("locomotive", "steam train"),
    "airplane": ("plane", "aeroplane", "jet"),
    "bicycle": ("bike",),
    "windmill": ("mill",),
    "church": ("chapel",),
    "skyscraper": ("high-rise", "tall building"),
    "pine tree": ("fir tree", "christmas tree", "pine"),
    "palm tree": ("palm",),
    "cake": ("birthday cake",),
    "ice cream": ("ice cream cone",),
    "cup": ("mug", "coffee cup"),
    "lamp": ("table lamp",),
    "book": ("open book",),
    "clock": ("alarm clock",),
}
"""Synonyms of shapes and things, in the singular."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    **COLOR_SYNONYMS,
    "two": ("2", "a pair of"),
    "three": ("3",),
    "four": ("4",),
    "five": ("5",),
    "in the top left corner": ("at the top left", "in the upper left corner"),
    "in the top right corner": ("at the top right", "in the upper right corner"),
    "in the bottom left corner": ("at the bottom left", "in the lower left corner"),
    "in the bottom right corner": ("at the bottom right", "in the lower right corner"),
    "on the left": ("on the left side", "at the left"),
    "on the right": ("on the right side", "at the right"),
    "at the top": ("near the top", "at the upper edge"),
    "at the bottom": ("near the bottom", "at the lower edge"),
    "in the center": ("in the middle",),
    "next to": ("beside", "near"),
    "above": ("over", "on top of"),
    "below": ("under", "beneath"),
    "left of": ("to the left of",),
    "right of": ("to the right of",),
    "inside": ("within", "in"),
    "smiling": ("happy",),
    "sad": ("unhappy", "crying"),
    "surprised": ("astonished", "shocked"),
    "laughing": ("grinning",),
    "angry": ("mad", "furious"),
    "sleeping": ("asleep", "sleepy"),
    "face": ("smiley", "emoticon", "emoji"),
    "rainbow stripes": ("stripes of the rainbow", "a rainbow pattern"),
    "stripes": ("bands",),
    "dots": ("polka dots", "spots"),
    "checkerboard": ("chessboard", "checkered pattern"),
    "waves": ("wavy lines",),
    "zigzags": ("zigzag lines",),
    "gradient": ("color gradient",),
    "meadow": ("grassy field", "field of grass", "grassland"),
    "sea": ("ocean",),
    "desert": ("sandy desert",),
    "beach": ("sandy beach", "seashore"),
    "field of snow": ("snowy field",),
    "city": ("town", "big city"),
    "lake": ("pond",),
    "river": ("stream",),
    "jungle": ("rainforest", "tropical forest"),
    "autumn forest": ("forest in autumn", "fall forest"),
    "forest": ("wood", "woodland"),
    "falling snow": ("snowfall", "snowflakes"),
    "rain": ("rainfall", "raindrops"),
    "fog": ("mist",),
    "lightning": ("a thunderstorm", "a storm"),
    "under water": ("underwater",),
    "in space": ("in outer space",),
    **{hour.names[0]: hour.names[1:] for hour in HOURS.values()},
    **PEOPLE_SYNONYMS,
    **PLACE_SYNONYMS,
    **FIGURES,
    **{
        plural(name): tuple(plural(other) for other in FIGURES[name])
        for name in (*SHAPES, *THINGS)
        if name in FIGURES and plural(name) != name
    },
}
"""By the words of canonical captions; a caption may use any of them instead."""

NAMES = {word: others for word, others in SYNONYMS.items() if word not in (*COLORS, *RELATIONS)}
"""The synonyms by which a picture of the bank may also be found."""

STYLE_NAMES: dict[str, tuple[str, str]] = {
    "a watercolor painting of": ("watercolor", "a watercolor"),
    "an oil painting of": ("oil painting", "an oil painting"),
    "a pencil sketch of": ("pencil sketch", "a pencil drawing"),
    "pixel art of": ("pixel art", "pixel art"),
    "a black and white photo of": ("black and white", "a black and white photograph"),
    "a poster of": ("poster", "a poster"),
    "a mosaic of": ("mosaic", "a mosaic"),
    "a stained glass window of": ("stained glass", "a stained glass window"),
    "pop art of": ("pop art", "pop art"),
    "an ink drawing of": ("ink drawing", "a drawing in ink"),
    "a woodcut of": ("woodcut", "a woodcut"),
    "neon art of": ("neon", "a neon sign"),
    "a blueprint of": ("blueprint", "a blueprint"),
    "a charcoal drawing of": ("charcoal drawing", "a charcoal sketch"),
    "a sepia photo of": ("sepia", "a sepia photograph"),
    "a crayon drawing of": ("crayon drawing", "a drawing in crayon"),
    "a swirling painting of": ("swirling painting", "a painting with swirling strokes"),
    "a pointillist painting of": ("pointillism", "a painting in dots"),
    "a cubist painting of": ("cubism", "a cubist painting"),
}
"""By the words with which canonical captions begin: the style, and a picture in that style."""


def other_words(caption: str) -> list[str]:
    """Return the synonyms of the words of a canonical caption, except of colors and relations."""
    words = re.findall(rf"\b(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})\b", caption)
    return [synonym for word in dict.fromkeys(words) for synonym in NAMES[word]]
