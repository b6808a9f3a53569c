"""What is served is there as often and in the colors that its caption says."""

from __future__ import annotations

import random

from tests.world.seeing import components, like, pixels
from vqclip.world.pen import Pen
from vqclip.world.places.tabletops import birthday_cake, fruit_bowl, still_life
from vqclip.world.things.materials import FLAME

COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def test_a_cake_has_as_many_flames_as_candles() -> None:
    for seed in range(12):
        pen = Pen.blank(96, (0, 0, 0))
        caption = birthday_cake(pen.at(0, 0.85, 0.85), random.Random(seed))
        image = pen.finish()
        flames = (pixels(image) - pixels(image).new_tensor(FLAME)).abs().amax(dim=-1) < 16
        assert components(flames) == COUNTS[caption.split()[-2]], caption


def test_a_bowl_of_a_color_has_that_color() -> None:
    seen = 0
    for seed in range(60):
        pen = Pen.blank(48, (1, 90, 90))
        words = fruit_bowl(pen.at(0, 0.8, 0.8), random.Random(seed)).split()
        if words[2] == "bowl":
            seen += 1
            assert like(pen.finish(), words[1]).float().mean() > 0.08, words
    assert seen > 10


def test_nothing_has_the_color_of_its_background() -> None:
    for seed in range(300):
        head, joint, tail = still_life(8, random.Random(seed))[1].partition(" on a")
        if joint and "background" in tail:
            assert tail.split()[-2] not in head.split()
