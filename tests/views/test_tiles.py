"""Tiles: small pictures, captions that wrap, and sheets of both."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from tests.views.conftest import COLORS
from vqclip.errors import ImageError
from vqclip.images import WHITE
from vqclip.views.tiles import CAPTION_LINE, MARGIN, contact_sheet, encode, thumbnail, tile, wrap


def test_a_thumbnail_keeps_the_shape_and_a_tile_is_square(painted) -> None:
    path = painted("wide", "blue", (80, 20))
    assert thumbnail(path, 40).size == (40, 10)
    square = tile(path, 40)
    assert square.size == (40, 40)
    assert square.getpixel((20, 14)) == WHITE
    assert square.getpixel((20, 15)) == square.getpixel((20, 24)) == COLORS["blue"]
    assert square.getpixel((20, 25)) == WHITE


def test_a_picture_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png"):
        tile(tmp_path / "gone.png", 40)


def test_pictures_stand_in_rows_above_their_captions() -> None:
    images = [Image.new("RGB", (40, 30), color) for color in COLORS.values()]
    sheet = contact_sheet(images, ["a", "some words that wrap", "c"], columns=2)
    lines = len(wrap("some words that wrap", 40, ImageFont.load_default(size=12)))
    assert lines > 1
    row = 30 + MARGIN + lines * CAPTION_LINE
    assert sheet.size == (2 * (40 + MARGIN) + MARGIN, 2 * row + MARGIN)
    corners = [(MARGIN, MARGIN), (2 * MARGIN + 40, MARGIN), (MARGIN, MARGIN + row)]
    assert [sheet.getpixel(corner) for corner in corners] == list(COLORS.values())
    below = sheet.crop((MARGIN, MARGIN + 31, MARGIN + 40, MARGIN + row - MARGIN))
    assert min(low for low, _ in below.getextrema()) < 100  # the ink of a caption


def test_every_picture_needs_its_caption() -> None:
    with pytest.raises(ValueError, match="1 pictures and 2 captions"):
        contact_sheet([Image.new("RGB", (4, 4))], ["a", "b"], columns=2)
    with pytest.raises(ValueError, match="0 pictures"):
        contact_sheet([], [], columns=2)


def test_texts_wrap_between_words_alone() -> None:
    font = ImageFont.load_default(size=12)
    width = round(font.getlength("two words")) + 1
    assert wrap("two words here", width, font) == ["two words", "here"]
    assert wrap("Donaudampfschifffahrt ahoy", width, font) == ["Donaudampfschifffahrt", "ahoy"]
    assert wrap("", width, font) == [""]


def test_files_are_written_in_their_format() -> None:
    image = Image.new("RGB", (4, 4), COLORS["red"])
    for kind in ("PNG", "JPEG", "WEBP"):
        with Image.open(BytesIO(encode(image, kind))) as file:
            assert (file.format, file.size) == (kind, (4, 4))
