"""The sheet and the page of a search."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.views.conftest import COLORS
from tests.views.test_gallery import content_of
from vqclip.errors import ConfigError
from vqclip.perception.matches import Match
from vqclip.views.page import LARGEST_SHEET, TILE, check_files, write_page, write_sheet
from vqclip.views.tiles import MARGIN


def test_matches_stand_in_their_order_in_rows(painted, tmp_path: Path) -> None:
    colors = [*COLORS, *COLORS]
    matches = [Match(painted(f"{k}", color), 0.5) for k, color in enumerate(colors)]
    write_sheet(tmp_path / "sheet.png", matches)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 3 * (TILE + MARGIN) + MARGIN
        step, middle = TILE + MARGIN, MARGIN + TILE // 2
        row = [sheet.getpixel((middle + k * step, middle)) for k in range(3)]
        assert row == list(COLORS.values())
        below = sheet.height // 2 + middle
        row = [sheet.getpixel((middle + k * step, below)) for k in range(3)]
        assert row == list(COLORS.values())


def test_a_few_matches_make_a_narrow_sheet(painted, tmp_path: Path) -> None:
    write_sheet(tmp_path / "sheet.jpg", [Match(painted("a", size=(40, 20)), 0.5)])
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert sheet.format == "JPEG"
        assert sheet.width == TILE + 2 * MARGIN
        assert min(sheet.getpixel((MARGIN + TILE // 2, MARGIN + 10))) > 240  # white above it


def test_a_page_links_to_pictures_and_escapes_their_names(painted, tmp_path: Path) -> None:
    (tmp_path / "deep er").mkdir()
    path = painted("deep er/<b>&")
    write_page(tmp_path / "page.html", [Match(path, 0.25)] * 2, title="a <fox>")
    page = (tmp_path / "page.html").read_text()
    content = content_of(page)
    assert [entry["address"] for entry in content["pictures"]] == ["./deep%20er/%3Cb%3E%26.png"] * 2
    assert "<h1>a &lt;fox&gt;</h1>" in page
    assert "<b>&" not in page
    found = [(entry["rank"], entry["score"]) for entry in content["pictures"]]
    assert found == [(1, 0.25), (2, 0.25)]
    assert page.count("data:image/webp;base64,") == 2


def test_a_page_elsewhere_links_upwards(painted, tmp_path: Path) -> None:
    path = painted("a")
    (tmp_path / "pages").mkdir()
    write_page(tmp_path / "pages" / "page.html", [Match(path, 0)], title="x")
    content = content_of((tmp_path / "pages" / "page.html").read_text())
    assert content["pictures"][0]["address"] == "./../a.png"


def test_what_cannot_be_written_is_said_at_once(painted, tmp_path: Path) -> None:
    path = painted("a")
    check_files(path, None, top=5, overwrite=True)
    check_files(tmp_path / "b.webp", tmp_path / "b.htm", top=LARGEST_SHEET, overwrite=False)
    with pytest.raises(ConfigError) as caught:
        check_files(path, tmp_path / "page.txt", top=LARGEST_SHEET + 1, overwrite=False)
    existing, suffix, size = caught.value.messages
    assert "a.png already exists: give another name, or --overwrite" in existing
    assert "a page is a file .html, .htm, not" in suffix
    assert "at most 1000 pictures, not 1001" in size
