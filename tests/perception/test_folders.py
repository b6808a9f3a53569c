"""Files of pictures: which ones are found, in which order, and how they are named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from vqclip.errors import ConfigError, ImageError
from vqclip.files.images import HEIC_REASON, load_image, reads_heic
from vqclip.outputs import names as outputs_names
from vqclip.perception.folders import (
    CANDIDATES,
    MANIFEST,
    OTHER,
    PREVIEWS,
    check_places,
    find_pictures,
    printable,
)
from vqclip.runs import folder as run_folder
from vqclip.runs import manifest


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


def test_links_to_folders_are_followed_and_circles_are_searched_once(folder, tmp_path) -> None:
    (folder / "again").symlink_to(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "d.png").touch()
    (other / "back").symlink_to(folder)
    (folder / "link").symlink_to(other)
    (folder / "twice").symlink_to(other)
    assert names(find_pictures([folder]).paths, folder) == [
        "a.JPG",
        "b.png",
        "below/c.webp",
        "link/d.png",
    ]


def test_by_products_of_the_program_are_passed_over(folder) -> None:
    for name in ("b.steps/0001.png", "candidates/x.png", "sheet.png", "sheet-2.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    ours = {"candidates/x.png", "sheet.png", "sheet-2.png"}
    before = ["a.JPG", "b.png", "below/c.webp"]
    # Without a manifest, sheets and candidates are somebody's own pictures.
    assert set(names(find_pictures([folder]).paths, folder)) == {*before, *ours}
    (folder / MANIFEST).touch()
    assert names(find_pictures([folder]).paths, folder) == before
    assert len(find_pictures([folder / "candidates", folder / "sheet.png"]).paths) == 2


def test_the_names_of_by_products_are_those_that_are_written() -> None:
    assert (MANIFEST, CANDIDATES, PREVIEWS) == (
        manifest.FILE,
        run_folder.CANDIDATES,
        outputs_names.PREVIEWS,
    )


def test_heic_is_named_as_such_where_it_cannot_be_read(folder, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    reads_heic.cache_clear()
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)
    (folder / "IMG_1.HEIC").touch()
    reasons = [file.reason for file in find_pictures([folder]).skipped]
    assert HEIC_REASON in reasons
    with pytest.raises(ImageError, match="HEIC picture, which cannot be read: save it as JPEG"):
        load_image(folder / "IMG_1.HEIC")
    reads_heic.cache_clear()


def test_heic_is_read_with_its_extra(folder) -> None:
    pillow_heif = pytest.importorskip("pillow_heif", reason="needs the extra heic")
    picture = Image.new("RGB", (64, 48), (200, 30, 30))
    pillow_heif.from_pillow(picture).save(folder / "IMG_2.HEIC", quality=95)
    reads_heic.cache_clear()
    assert folder / "IMG_2.HEIC" in find_pictures([folder]).paths
    found = load_image(folder / "IMG_2.HEIC")
    assert found.size == (64, 48)
    assert all(abs(a - b) < 12 for a, b in zip(found.getpixel((9, 9)), (200, 30, 30), strict=True))


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
