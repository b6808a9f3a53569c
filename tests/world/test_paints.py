"""Styles of color and surface look as they say."""

from __future__ import annotations

import random

from tests.world.seeing import pixels
from vqclip.world.scenery.landscapes import landscape
from vqclip.world.styles import paints

IMAGE, _ = landscape(64, random.Random(1))


def styled(draw):
    return draw(IMAGE, random.Random(2))


def test_watercolor_is_paler() -> None:
    assert pixels(styled(paints.watercolor)).mean() > pixels(IMAGE).mean() + 20


def test_pixel_art_and_a_poster_have_few_colors() -> None:
    assert len(styled(paints.poster).getcolors(1 << 16)) <= 64
    tiles = styled(paints.pixel_art)
    assert len(tiles.getcolors(1 << 16)) <= 32 * 32
    assert all(value % 16 == 0 for _, color in tiles.getcolors(1 << 16) for value in color)


def test_black_and_white_is_gray_and_sepia_brown_and_darker_in_the_corners() -> None:
    gray = pixels(styled(paints.black_and_white))
    assert (gray.amax(dim=-1) == gray.amin(dim=-1)).all()
    red, green, blue = pixels(styled(paints.sepia)).mean(dim=(0, 1))
    assert red > green > blue
    flat = pixels(paints.sepia(IMAGE.resize((1, 1)).resize((64, 64)), random.Random(0)))
    assert flat[0, 0].mean() < 0.75 * flat[32, 32].mean()


def test_a_mosaic_has_light_joints_and_stained_glass_dark_lead() -> None:
    dark = IMAGE.point(lambda value: value // 3)
    assert (pixels(paints.mosaic(dark, random.Random(0))).amax(dim=-1) == 205).float().mean() > 0.2
    light = IMAGE.point(lambda value: 128 + value // 2)
    lead = pixels(paints.stained_glass(light, random.Random(0))).amax(dim=-1) == 26
    assert 0.05 < lead.float().mean() < 0.5


def test_oil_has_horizontal_strokes() -> None:
    flat = IMAGE.resize((1, 1)).resize((64, 64))
    painted = pixels(paints.oil(flat, random.Random(0))).mean(dim=-1)
    assert painted.diff(dim=0).abs().mean() > 2 * painted.diff(dim=1).abs().mean()
