"""Scenes: repeatable, plainly captioned, and without the names of colors that cannot be seen."""

from __future__ import annotations

import random
import re

import pytest

from tests.world.seeing import like, pixels
from vqclip.world.captions.phrases import split_style
from vqclip.world.colors import COLORS
from vqclip.world.scenes import (
    DRAWERS,
    every_shape,
    every_thing,
    scene,
    single_shape,
    single_thing,
)
from vqclip.world.styles.media import COLORLESS, STYLES
from vqclip.world.stylized import without_colors
from vqclip.world.words import with_articles

EVERY = [*DRAWERS, scene]


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_a_seed_gives_one_picture_and_its_caption(draw) -> None:
    first, caption = draw(48, random.Random(3))
    again, same = draw(48, random.Random(3))
    other, _ = draw(48, random.Random(5))
    assert first.size == (48, 48)
    assert first.mode == "RGB"
    assert caption == same == with_articles(caption)
    assert first.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_captions_are_plain_and_short(draw) -> None:
    for seed in range(40):
        _, caption = draw(8, random.Random(seed))
        assert re.fullmatch(r"[a-z]+( [a-z]+)*", caption), caption
        assert len(caption.split()) < 27, caption


def test_named_shapes_and_things_are_drawn() -> None:
    image, caption = single_shape(64, random.Random(0), ("red", "arrow", "blue"))
    assert caption == "a blue arrow on a red background"
    assert like(image, "blue").float().mean() > 0.05
    image, caption = single_thing(64, random.Random(0), ("white", "elephant", "orange"))
    assert caption == "an orange elephant on a white background"
    assert like(image, "orange").float().mean() > 0.05


def test_every_shape_and_thing_differs_from_its_background() -> None:
    for names in ([*every_shape()], [*every_thing()]):
        assert len(names) == len(set(names)) > 1000
        assert all(ground != color for ground, _, color in names)


def test_colors_and_plain_backgrounds_are_left_out() -> None:
    assert without_colors("an orange cat on a blue background") == "a cat"
    assert without_colors("a red owl in a meadow") == "an owl in a meadow"
    assert without_colors("two red fish under water") == "two fish under water"


def test_styles_without_color_have_captions_and_pictures_that_do_without() -> None:
    styles = set()
    for seed in range(150):
        image, caption = scene(32, random.Random(seed))
        style, body = split_style(caption)
        styles.add(style)
        if style in COLORLESS:
            assert not set(body.split()) & set(COLORS), caption
            assert pixels(image).mean(dim=-1).std() > 3, caption
    assert len(styles & set(STYLES)) > 10
