"""Styles: each changes a picture in its own way, the same way for the same seed."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from PIL import Image

from tests.world.seeing import differs, pixels
from vqclip.world.scenery.landscapes import landscape
from vqclip.world.styles.media import COLORLESS, STYLES

IMAGE, _ = landscape(64, random.Random(1))


@pytest.mark.parametrize("name", STYLES)
def test_a_style_changes_the_picture_and_keeps_its_size(name: str) -> None:
    styled = STYLES[name](IMAGE, random.Random(2))
    assert styled.size == IMAGE.size
    assert styled.mode == "RGB"
    assert differs(styled, IMAGE) > 4
    assert styled.tobytes() == STYLES[name](IMAGE, random.Random(2)).tobytes()


def test_styles_differ_from_each_other() -> None:
    drawn = {name: STYLES[name](IMAGE, random.Random(2)) for name in STYLES}
    for first, second in combinations(drawn, 2):
        assert differs(drawn[first], drawn[second]) > 6, (first, second)


@pytest.mark.parametrize("name", STYLES)
def test_colorless_styles_draw_red_and_green_of_one_lightness_alike(name: str) -> None:
    red, green = (
        STYLES[name](Image.new("RGB", (48, 48), color), random.Random(0))
        for color in ((200, 60, 60), (60, 128, 60))
    )
    apart = (pixels(red).mean(dim=(0, 1)) - pixels(green).mean(dim=(0, 1))).abs().max() > 12
    assert apart == (name not in COLORLESS and name != "neon art of")
