"""Drawings of a folder: read, checked, and put on colors and in landscapes."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from tests.world.collection import ABSENT, FOX, ROSE, write_drawings
from vqclip.errors import ConfigError
from vqclip.world.drawings import EMOJI, read_drawings, whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_drawings(tmp_path, FOX, ROSE, ABSENT)
    return tmp_path


def test_drawings_are_those_of_the_archive_and_of_the_sources_asked_for(folder: Path) -> None:
    (drawing,) = read_drawings(folder, EMOJI)
    assert (drawing.name, drawing.keywords, drawing.cut_out) == ("fox", ("reynard",), True)
    fox, rose = read_drawings(folder)
    assert (fox.name, rose.name, rose.cut_out) == ("fox", "rose", False)


def test_the_empty_pixels_around_a_drawing_are_cut_off(folder: Path) -> None:
    fox, _ = read_drawings(folder)
    assert (fox.image.size, fox.figure.size) == ((128, 128), (64, 64))


def test_the_larger_version_of_a_concept_is_preferred(folder: Path) -> None:
    for name in ("captions.jsonl", "images128.zip"):
        content = (folder / name).read_bytes()
        (folder / name.replace("captions", "captions256").replace("128", "256")).write_bytes(
            content
        )
    lines = (folder / "captions256.jsonl").read_text().replace('"noto/x.webp"', '"large.webp"')
    (folder / "captions256.jsonl").write_text(lines)
    with zipfile.ZipFile(folder / "images256.zip", "a") as archive:
        archive.writestr("large.webp", archive.read("noto/x.webp"))
    names = [drawing.file for drawing in read_drawings(folder) if drawing.cut_out]
    assert names.count("large.webp") == 1
    with zipfile.ZipFile(folder / "images128.zip") as archive:
        assert "noto/x.webp" in archive.namelist()


def test_a_photograph_is_cropped_by_15_percent_at_most(folder: Path) -> None:
    _, rose = read_drawings(folder)
    image = whole(rose, 128, random.Random(0))
    assert image.size == (128, 128)
    width = sum(image.getpixel((x, 64))[0] > 127 for x in range(128))
    assert 64 <= width <= 64 / 0.85 + 1


def test_mistakes_in_captions_are_reported_all_at_once(folder: Path) -> None:
    path = folder / "captions.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(["{", lines[0], '{"file": "x"}', "[1]"]))
    with pytest.raises(ConfigError) as caught:
        read_drawings(folder)
    first, second, third = caught.value.messages
    assert "line 1: not JSON" in first
    assert "line 3: without source, name, keywords, alpha" in second
    assert "line 4: not an object; a drawing has file, source, name" in third


def test_a_folder_without_captions_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"captions\.jsonl cannot be read"):
        read_drawings(tmp_path)
