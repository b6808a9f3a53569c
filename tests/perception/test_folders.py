"""Files of pictures: which ones are found, in which order, and how they are named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vqclip.errors import ConfigError
from vqclip.perception.folders import OTHER, check_places, find_pictures, printable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Empty files: three pictures, a note, and hidden ones."""
    names = ["b.png", "a.JPG", "notes.txt", ".hidden.png", "below/c.webp", ".closed/d.png"]
    for name in names:
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "pictures"


def names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_a_folder_is_searched_with_everything_below_it(folder) -> None:
    files = find_pictures([folder])
    assert names(files.paths, folder) == ["a.JPG", "b.png", "below/c.webp"]
    assert [(file.path.name, file.reason) for file in files.skipped] == [("notes.txt", OTHER)]


def test_a_file_given_by_its_name_may_have_any_suffix(folder) -> None:
    files = find_pictures([folder / "notes.txt", folder])
    assert names(files.paths, folder)[0] == "notes.txt"
    assert len(files.paths) == 4
    assert not files.skipped


def test_each_file_is_found_once_in_the_order_of_the_places(folder) -> None:
    files = find_pictures([folder / "below", folder / "b.png", folder])
    assert names(files.paths, folder) == ["below/c.webp", "b.png", "a.JPG"]


def test_links_to_folders_are_not_followed(folder, tmp_path) -> None:
    (folder / "again").symlink_to(folder)
    assert len(find_pictures([folder]).paths) == 3


def test_places_that_do_not_exist_are_all_named(folder) -> None:
    check_places([folder, folder / "b.png"])
    with pytest.raises(ConfigError) as caught:
        check_places([folder / "bb.png", folder, folder / "nowhere"])
    first, second = caught.value.messages
    assert "bb.png; did you mean 'b.png'?" in first
    assert second.startswith("there is no picture or folder")


def test_any_path_can_be_printed_on_one_line() -> None:
    path = Path(os.fsdecode(b"a\xff\n\tb \xc3\xa9.png"))
    assert printable(path) == r"a\xff\n\tb é.png"
