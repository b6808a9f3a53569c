"""Fonts: which characters each has, and how others are found."""

from __future__ import annotations

import pytest

from vqclip.views import fonts
from vqclip.views.fonts import Face, FontFile, Fonts


@pytest.fixture
def alone(monkeypatch) -> None:
    """A machine without any font but Pillow's own."""
    monkeypatch.setattr(fonts, "font_files", tuple)


def test_the_sign_for_a_missing_character_is_not_taken_for_a_character() -> None:
    face = Face(12)
    assert face.has("red,16:9")
    assert not face.has("雪")


def test_spaces_joiners_and_selectors_need_no_sign(alone) -> None:
    own = Fonts(12)
    assert own.find("a\u00a0\u200d\ufe0f\u00adb") is own.first
    assert own.find("雪") is None


@pytest.mark.parametrize("character", ["\ud800", "\0", "\ue000", "\U0010ffff"])
def test_what_is_no_character_has_no_font(character: str) -> None:
    assert Fonts(12).find(character) is None


def test_fontconfig_names_the_characters_of_a_font() -> None:
    file = FontFile("x.ttf", charset="20-7e a0 4e00-9fff")
    assert file.may_have("a\u00a0雪")
    assert not file.may_have("é")
    assert FontFile("x.ttf").may_have("é")


def test_a_font_that_cannot_be_read_is_passed_over(monkeypatch, tmp_path) -> None:
    (tmp_path / "x.ttf").write_bytes(b"no font")
    files = (FontFile(str(tmp_path / "x.ttf")), FontFile(str(tmp_path / "gone.ttf")))
    monkeypatch.setattr(fonts, "font_files", lambda: files)
    assert Fonts(12).find("雪") is None


def test_without_fontconfig_the_names_of_common_fonts_are_tried(monkeypatch) -> None:
    monkeypatch.setattr(fonts, "QUERY", ("no-such-program",))
    monkeypatch.setattr(fonts, "PACKAGES", ("no_such_package",))
    fonts.font_files.cache_clear()
    assert [file.path for file in fonts.font_files()] == list(fonts.COMMON)
    fonts.font_files.cache_clear()


@pytest.mark.parametrize(
    "text", ["雪の家", "빨간", "红房子", "بيت", "घर", "บ้าน", "дом", "🦊", "café"]
)
def test_the_extra_has_fonts_of_most_scripts(text: str) -> None:
    pytest.importorskip("manimgx_fonts", reason="the extra `fonts` is not installed")
    face = Fonts(12).find(text)
    assert face is not None
    assert face.length(text, leftward=False) > 0
