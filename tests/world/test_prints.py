"""Styles of lines and dots look as they say."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from tests.world.seeing import pixels
from vqclip.world.styles import prints

SIDE = 64
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def square() -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), WHITE)
    image.paste((200, 60, 60), (16, 16, 48, 48))
    return image


def styled(draw, image: Image.Image | None = None):
    return pixels(draw(image or square(), random.Random(2)))


def test_ink_and_woodcut_have_two_colors() -> None:
    assert set(styled(prints.ink).unique().tolist()) == {12, 250}
    assert len(styled(prints.woodcut).view(-1, 3).unique(dim=0)) == 2


@pytest.mark.parametrize("draw", [prints.pencil, prints.ink, prints.pop_art])
def test_outlines_are_darker_than_what_they_surround(draw) -> None:
    gray = styled(draw).mean(dim=-1)
    assert gray[20:44, 14:18].amin(dim=1).mean() < gray[20:44, 22:42].mean() - 10


@pytest.mark.parametrize("draw", [prints.neon, prints.blueprint])
def test_outlines_are_lighter_than_what_they_surround(draw) -> None:
    gray = styled(draw).mean(dim=-1)
    assert gray[20:44, 14:18].amax(dim=1).mean() > gray[20:44, 26:38].mean() + 30


def test_a_blueprint_is_blue_and_neon_is_dark() -> None:
    red, _, blue = styled(prints.blueprint).mean(dim=(0, 1))
    assert blue > red + 50
    assert styled(prints.neon).median() < 80


@pytest.mark.parametrize("draw", [prints.charcoal, prints.woodcut, prints.crayon])
def test_dark_stays_darker_than_light(draw) -> None:
    image = Image.new("RGB", (SIDE, SIDE), WHITE)
    image.paste(BLACK, (0, 0, SIDE // 2, SIDE))
    gray = styled(draw, image).mean(dim=-1)
    assert gray[:, : SIDE // 2].mean() < gray[:, SIDE // 2 :].mean() - 30


def test_wax_leaves_paper_free() -> None:
    drawn = styled(prints.crayon, Image.new("RGB", (SIDE, SIDE), (0, 0, 200)))[..., 0]
    assert (drawn > 100).any()
    assert (drawn < 20).float().mean() > 0.3
