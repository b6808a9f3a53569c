"""Paths that a user writes: which ones no file can have, and the home folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqclip.errors import ConfigError
from vqclip.files.paths import is_file, is_folder, user_path

IMPOSSIBLE = ["a\0b", "a\ud800b", "x" * 256, "folder/" + "é" * 128, "name/" * 1000]


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_what_no_file_can_be_called_is_refused(text) -> None:
    with pytest.raises(ConfigError, match="is no path: ") as caught:
        user_path(text)
    assert len(str(caught.value)) < 250


def test_the_home_folder_is_meant_at_the_start_alone(monkeypatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert user_path("~/a.png") == Path("/home/somebody/a.png")
    assert user_path("a/~") == Path("a/~")
    assert user_path("~nobody-of-this-name/a") == Path("~nobody-of-this-name/a")


@given(st.text())
def test_every_text_is_a_path_that_can_be_looked_for_or_refused(text) -> None:
    try:
        path = user_path(text)
    except ConfigError:
        return
    path.exists()


def test_what_no_file_can_be_named_is_neither_file_nor_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").touch()
    assert [is_folder(name) for name in ("~/a", "~/b", "~/c", "a\0", "x" * 300)] == [True] + [
        False
    ] * 4
    assert [is_file(name) for name in ("~/a", "~/b", "~/c", "a\0", "x" * 300)] == [False, True] + [
        False
    ] * 3
