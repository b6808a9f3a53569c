"""Texts in lines: none is wider than asked, none is lost, and what no font has is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vqclip.views import fonts
from vqclip.views.lettering import ELLIPSIS, Lettering, Paragraph, without_font

LETTERING = Lettering(12)
WIDTH = 100


@pytest.fixture
def alone(monkeypatch) -> Lettering:
    """The lettering of a machine without any font but Pillow's own."""
    monkeypatch.setattr(fonts, "font_files", tuple)
    return Lettering(12)


def test_lines_break_between_words() -> None:
    width = LETTERING.length("two words") + 1
    assert LETTERING.wrap("two  words\nhere", width).lines == ("two words", "here")
    assert LETTERING.wrap("", width) == Paragraph(("",))


def test_long_words_break() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    lines = LETTERING.wrap(f"{word} ahoy", WIDTH).lines
    assert "".join(lines) == f"{word} ahoy"
    assert len(lines) > 2


@given(st.text(max_size=40) | st.text("aäß雪の。בי١ 👩\u200d🇫", max_size=40))
@settings(max_examples=50, deadline=None)
def test_no_line_is_too_wide_and_no_word_is_lost(text: str) -> None:
    lines = LETTERING.wrap(text, WIDTH).lines
    assert all(LETTERING.length(line) <= WIDTH + 3 for line in lines)
    whole = LETTERING.wrap(text, 10**9).lines
    assert len(whole) == 1
    assert "".join(lines).replace(" ", "") == whole[0].replace(" ", "")


def test_an_ellipsis_stands_for_further_lines() -> None:
    lines = LETTERING.wrap("a red house on a hill at dusk " * 5, WIDTH, most=2).lines
    assert len(lines) == 2
    assert lines[1].endswith(ELLIPSIS)
    assert LETTERING.length(lines[1]) <= WIDTH


def test_what_no_font_has_is_spelled(alone: Lettering) -> None:
    (line,) = alone.wrap("a 雪の家 with a 🦊 \ud800", 10**9).lines
    assert line == "a [U+96EA 306E 5BB6] with a [fox face] [U+D800]"
    assert alone.missing == set("雪の家🦊\ud800")
    assert without_font(["a fox", "雪 a 雪"]) == "雪"


def test_a_text_from_right_to_left_begins_at_the_right() -> None:
    assert LETTERING.wrap("שלום", WIDTH).leftward
    sheet = Image.new("RGB", (WIDTH, LETTERING.line))
    LETTERING.draw(sheet, (0, 0), Paragraph(("12",), leftward=True), (255, 255, 255), width=WIDTH)
    box = sheet.getbbox()
    assert box is not None
    assert box[0] > WIDTH / 2
    assert WIDTH - 3 <= box[2] <= WIDTH


def test_words_stand_where_they_are_read() -> None:
    sheet = Image.new("RGB", (WIDTH, 2 * LETTERING.line), (255, 255, 255))
    LETTERING.draw(sheet, (0, 0), Paragraph(("iii", "MMM")), (0, 0, 0))
    rows = [sheet.crop((0, top, WIDTH, top + LETTERING.line)) for top in (0, LETTERING.line)]
    dark = [sum(row.convert("L").histogram()[:128]) for row in rows]
    assert 0 < dark[0] < dark[1]
