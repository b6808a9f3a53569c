"""The enclosure: nothing outside of the output folder is reached, whatever the name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vqclip.errors import ConfigError, OutputError
from vqclip.web.enclosure import Enclosure


@pytest.fixture
def enclosure(tmp_path: Path) -> Enclosure:
    """An output folder with a picture and a series, and a secret beside it."""
    root = tmp_path / "out"
    for path in ("fox.png", "series/hen.png", ".web/uploads/0123456789abcdef0123.png"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(root / path)
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    (root / "notes.txt").write_text("private")
    (root / ".web" / "favorites.json").write_text("[]")
    return Enclosure(root)


def test_pictures_within_are_found(enclosure) -> None:
    for name in ("fox.png", "series/hen.png"):
        path = enclosure.picture(name)
        assert enclosure.name(path) == name


@pytest.mark.parametrize(
    "name",
    [
        "../secret.png",
        "series/../../secret.png",
        "..",
        ".",
        "",
        "/etc/passwd",
        "//etc/passwd",
        "fox.png/",
        "series//hen.png",
        "./fox.png",
        "..\\secret.png",
        "series\\..\\..\\secret.png",
        "%2e%2e/secret.png",
        "fox.png\0.png",
        ".web/favorites.json",
        ".web/uploads/0123456789abcdef0123.png",
        "notes.txt",
        "series",
        "none.png",
        "a" * 5000 + ".png",
        "\ud800.png",
    ],
)
def test_other_names_are_refused_alike(enclosure, name) -> None:
    with pytest.raises(OutputError, match="there is no picture"):
        enclosure.picture(name)


def test_absolute_names_are_refused(enclosure, tmp_path) -> None:
    for path in (tmp_path / "secret.png", enclosure.root / "fox.png"):
        with pytest.raises(OutputError):
            enclosure.picture(str(path))


def test_links_are_refused(enclosure, tmp_path) -> None:
    (enclosure.root / "link.png").symlink_to(tmp_path / "secret.png")
    (enclosure.root / "inner.png").symlink_to(enclosure.root / "fox.png")
    (enclosure.root / "folder").symlink_to(tmp_path)
    for name in ("link.png", "inner.png", "folder/secret.png"):
        with pytest.raises(OutputError):
            enclosure.picture(name)
    with pytest.raises(ConfigError):
        enclosure.source(str(enclosure.root / "link.png"))


def test_devices_and_pipes_are_no_pictures(enclosure) -> None:
    os.mkfifo(enclosure.root / "pipe.png")
    with pytest.raises(OutputError):
        enclosure.picture("pipe.png")
    with pytest.raises(ConfigError):
        enclosure.source("/dev/zero")


def test_settings_name_pictures_within_and_uploads_alone(enclosure, tmp_path) -> None:
    upload = enclosure.root / ".web/uploads/0123456789abcdef0123.png"
    for path in (enclosure.root / "fox.png", upload):
        assert enclosure.source(str(path)) == path
    for path in (
        tmp_path / "secret.png",
        enclosure.root / "../secret.png",
        enclosure.root / ".web/favorites.json",
        enclosure.root / "none.png",
    ):
        with pytest.raises(ConfigError, match="not in the output folder"):
            enclosure.source(str(path))


def test_an_output_folder_that_is_a_link_itself_is_one_place(tmp_path) -> None:
    (tmp_path / "real").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "real" / "fox.png")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    enclosure = Enclosure(tmp_path / "link")
    assert enclosure.picture("fox.png") == tmp_path / "real" / "fox.png"


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["..", ".", "", "series", "secret.png", "fox.png", "%2e", "~"])))
def test_no_name_leads_out(parts: list[str]) -> None:
    enclosure = Enclosure(Path("/nonexistent/out"))
    with pytest.raises(OutputError):
        enclosure.picture("/".join(parts))
