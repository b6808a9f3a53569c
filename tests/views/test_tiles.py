"""Tiles: small pictures, captions that wrap, and sheets of both."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.views.conftest import COLORS
from vqclip.errors import ImageError
from vqclip.files.images import WHITE
from vqclip.views.lettering import Lettering
from vqclip.views.tiles import (
    CAPTION_SIZE,
    MARGIN,
    columns_of_screen,
    contact_sheet,
    encode,
    thumbnail,
    tile,
)


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
    lettering = Lettering(CAPTION_SIZE)
    lines = len(lettering.wrap("some words that wrap", 40).lines)
    assert lines > 1
    row, last = (30 + MARGIN + count * lettering.line for count in (lines, 1))
    assert sheet.size == (2 * (40 + MARGIN) + MARGIN, row + last + MARGIN)
    corners = [(MARGIN, MARGIN), (2 * MARGIN + 40, MARGIN), (MARGIN, MARGIN + row)]
    assert [sheet.getpixel(corner) for corner in corners] == list(COLORS.values())
    below = sheet.crop((MARGIN, MARGIN + 31, MARGIN + 40, MARGIN + row - MARGIN))
    assert min(low for low, _ in below.getextrema()) < 100  # the ink of a caption


def test_every_picture_needs_its_caption() -> None:
    with pytest.raises(ValueError, match="1 pictures and 2 captions"):
        contact_sheet([Image.new("RGB", (4, 4))], ["a", "b"], columns=2)
    with pytest.raises(ValueError, match="0 pictures"):
        contact_sheet([], [], columns=2)


def test_columns_bring_a_grid_near_the_shape_of_a_screen() -> None:
    assert columns_of_screen(1, (10, 10)) == 1
    assert columns_of_screen(40, (10, 10)) == 8
    assert columns_of_screen(40, (10, 40)) == 14
    assert columns_of_screen(40, (10, 10), group=5) == 10
    assert columns_of_screen(2, (10, 10), group=5) == 5


def test_files_are_written_in_their_format() -> None:
    image = Image.new("RGB", (4, 4), COLORS["red"])
    for kind in ("PNG", "JPEG", "WEBP"):
        with Image.open(BytesIO(encode(image, kind))) as file:
            assert (file.format, file.size) == (kind, (4, 4))
