"""Styles: each changes a picture in its own way."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
import torch
from PIL import Image
from torch import Tensor

from vqclip.world.scenery.landscapes import landscape
from vqclip.world.scenes import scene
from vqclip.world.styles.media import COLORLESS, STYLES


def pixels(image: Image.Image) -> Tensor:
    return torch.tensor(list(image.tobytes())).view(image.height, image.width, 3).float()


@pytest.mark.parametrize("name", STYLES)
def test_a_style_changes_the_picture_and_keeps_its_size(name: str) -> None:
    image, _ = landscape(64, random.Random(1))
    styled = STYLES[name](image, random.Random(2))
    assert styled.size == image.size
    assert styled.mode == "RGB"
    assert (pixels(styled) - pixels(image)).abs().mean() > 4
    assert styled.tobytes() == STYLES[name](image, random.Random(2)).tobytes()


def test_styles_differ_from_each_other() -> None:
    image, _ = landscape(64, random.Random(1))
    drawn = {name: pixels(STYLES[name](image, random.Random(2))) for name in STYLES}
    for one, two in combinations(drawn, 2):
        assert (drawn[one] - drawn[two]).abs().mean() > 6, (one, two)


@pytest.mark.parametrize("name", STYLES)
def test_what_is_said_to_have_no_color_has_none(name: str) -> None:
    """Red and green of equal lightness look alike, or they do not."""
    red, green = (
        STYLES[name](Image.new("RGB", (48, 48), color), random.Random(0))
        for color in ((200, 60, 60), (60, 128, 60))
    )
    differs = (pixels(red).mean(dim=(0, 1)) - pixels(green).mean(dim=(0, 1))).abs().max() > 12
    assert differs == (name not in COLORLESS and name != "neon art of")


def test_pictures_are_drawn_without_color_only_where_they_can_be_seen() -> None:
    for seed in range(300):
        image, caption = scene(32, random.Random(seed))
        if caption.startswith(COLORLESS):
            assert pixels(image).mean(dim=-1).std() > 3, caption
