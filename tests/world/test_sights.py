"""Sights: plain captions, in all their variety, at any size."""

from __future__ import annotations

import random

from vqclip.world.colors import COLORS
from vqclip.world.places.sights import SIGHTS, sight

ASKED = (
    "castle on a hill", "cherry tree in blossom", "autumn leaves", "house in winter",
    "village in the snow", "city at night with neon lights", "lighthouse on a cliff in a storm",
    "sailing ship in a storm", "of oranges", "cup of coffee on a table", "sunflowers in",
    "boat on a lake in the mountains", "waterfall in a jungle", "camel and a pyramid",
    "cactus in a pot", "tulips and a windmill", "crossing a bridge", "over the sea",
    "landing on the moon", "campfire under the stars", "in front of a", "christmas tree",
    "candles", "of watermelon", "in a glass bowl", "path through a forest in autumn",
    "rainy street at night", "leaning against", "in front of a shop", "clock tower",
    "church on a hill", "tree house", "island with a palm tree", "volcano at night",
    "rainbow over green hills", "spiral galaxy", "door in a", "taxi", "by the sea",
    "sports car on a road", "eiffel tower",
)  # fmt: skip
"""What newcomers type."""


def test_what_newcomers_ask_for_is_drawn() -> None:
    captions = " | ".join(sight(4, random.Random(seed))[1] for seed in range(2500))
    assert [words for words in ASKED if words not in captions] == []


def test_every_sight_draws_many_pictures_in_colors_that_have_names() -> None:
    for draw in SIGHTS:
        pictures = {draw(12, random.Random(seed))[0].tobytes() for seed in range(8)}
        assert len(pictures) == 8, draw.__name__
    assert {"red", "blue"} < {
        word for seed in range(300) for word in sight(4, random.Random(seed))[1].split()
    } & set(COLORS)
