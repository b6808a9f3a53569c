"""Space is dark, water blue; both hold what their captions say."""

from __future__ import annotations

import random
import re

from tests.world.seeing import like, pixels
from vqclip.world.scenery.depths import IN_SPACE, space, underwater
from vqclip.world.things.inventory import SUBMERGED
from vqclip.world.words import NUMBERS, singular


def test_space_is_dark_and_has_a_thing_of_its_color() -> None:
    for seed in range(8):
        image, caption = space(64, random.Random(seed))
        match = re.fullmatch(r"an? (\w+) (.+?) in space(?: with a moon)?", caption)
        assert match, caption
        assert match[2] in IN_SPACE
        assert pixels(image).mean() < 110
        if match[2] == "planet":
            assert like(image, match[1]).float().mean() > 0.03, caption


def test_water_is_blue_and_has_its_swimmers() -> None:
    counts = set()
    for seed in range(20):
        image, caption = underwater(48, random.Random(seed))
        words = caption.split(" under water")[0].split()
        counts.add(NUMBERS.get(words[0], 1))
        assert singular(words[-1]) in SUBMERGED, caption
        mean = pixels(image).mean(dim=(0, 1))
        assert mean[2] > mean[0], caption
    assert counts == {1, 2, 3}
