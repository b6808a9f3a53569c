"""The album: pictures are found, sorted, liked, put away and brought back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.web.conftest import finish, make_desk, tiny_form
from vqclip.errors import OutputError
from vqclip.web.album import SIDE
from vqclip.web.desk import Desk


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three drawings, and a picture that was made elsewhere."""
    folder: Path = tmp_path_factory.mktemp("drawn") / "out"
    desk = make_desk(folder)
    for prompt, seed in (("a fox", 3), ("a hen", 1), ("a fox in snow", 2)):
        desk.draw(tiny_form(prompt, seed, steps=1), "me")
    desk.studio.open()
    finish(desk)
    desk.studio.close()
    Image.new("RGB", (900, 40)).save(folder / "elsewhere.jpg")
    return folder


@pytest.fixture
def album_desk(drawn: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a copy of the folder."""
    shutil.copytree(drawn, tmp_path / "out")
    desk = make_desk(tmp_path / "out")
    desk.studio.open()
    yield desk
    desk.studio.close()


def names(desk: Desk, **query: str) -> list[str]:
    return [own.name for own in desk.album.prints(**query)]


def test_pictures_are_sorted(album_desk) -> None:
    own = ["a-fox_s3.png", "a-hen_s1.png", "a-fox-in-snow_s2.png", "elsewhere.jpg"]
    assert names(album_desk, sort="oldest first") == own
    assert names(album_desk, sort="newest first") == own[::-1]
    assert names(album_desk, sort="by seed") == [own[1], own[2], own[0], own[3]]
    assert names(album_desk, sort="by prompt") == [own[0], own[2], own[1], own[3]]


def test_pictures_are_found_by_all_of_some_words(album_desk) -> None:
    assert names(album_desk, words="FOX snow") == ["a-fox-in-snow_s2.png"]
    assert names(album_desk, words="fox horse") == []


def test_neither_links_nor_private_files_are_listed(album_desk, tmp_path) -> None:
    before = names(album_desk)
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    root = album_desk.enclosure.root
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "elsewhere").symlink_to(tmp_path)
    (root / ".hidden.png").write_bytes((tmp_path / "secret.png").read_bytes())
    assert names(album_desk) == before


def test_a_favorite_comes_first_and_is_remembered(album_desk) -> None:
    assert album_desk.album.toggle_favorite("a-hen_s1.png")
    assert names(album_desk, sort="favorites first")[0] == "a-hen_s1.png"
    again = Desk.at(album_desk.enclosure.given)
    assert again.album.favorites() == {"a-hen_s1.png"}
    assert not album_desk.album.toggle_favorite("a-hen_s1.png")


def test_what_is_deleted_can_be_brought_back(album_desk) -> None:
    path = album_desk.enclosure.picture("a-hen_s1.png")
    content = path.read_bytes()
    kept = album_desk.album.discard("a-hen_s1.png")
    assert "a-hen_s1.png" not in names(album_desk)
    assert album_desk.album.restore(kept) == "a-hen_s1.png"
    assert path.read_bytes() == content


def test_nothing_is_replaced_by_what_is_brought_back(album_desk) -> None:
    kept = album_desk.album.discard("a-hen_s1.png")
    (album_desk.enclosure.root / "a-hen_s1.png").write_bytes(b"new")
    with pytest.raises(OutputError, match="already exists"):
        album_desk.album.restore(kept)
    assert (album_desk.enclosure.root / "a-hen_s1.png").read_bytes() == b"new"


@pytest.mark.parametrize("kept", ["", "..", "../favorites.json", "1~..~..~outside.png", "none"])
def test_the_bin_holds_pictures_alone(album_desk, kept) -> None:
    bin = album_desk.enclosure.own("bin")
    bin.mkdir(parents=True)
    (bin / "1~..~..~outside.png").write_bytes(b"")
    with pytest.raises(OutputError):
        album_desk.album.restore(kept)
    assert not (album_desk.enclosure.root.parent.parent / "outside.png").exists()


def test_thumbnails_are_small_and_follow_the_picture(album_desk) -> None:
    small = album_desk.album.thumbnail("elsewhere.jpg")
    with Image.open(small) as image:
        assert max(image.size) == SIDE
    assert album_desk.album.thumbnail("elsewhere.jpg") == small
    Image.new("RGB", (900, 50), "red").save(album_desk.enclosure.root / "elsewhere.jpg")
    assert album_desk.album.thumbnail("elsewhere.jpg") != small


def test_a_sheet_shows_the_pictures_that_exist(album_desk) -> None:
    path = album_desk.album.sheet(["a-hen_s1.png", "../secret.png", "elsewhere.jpg"])
    assert path.parent == album_desk.enclosure.own("sheets")
    with Image.open(path) as image:
        assert image.width < 3 * 200
    with pytest.raises(OutputError, match="no picture"):
        album_desk.album.sheet([])


def test_a_picture_is_drawn_again_to_the_byte(album_desk) -> None:
    ticket = album_desk.replay("a-fox_s3.png", "you")
    finish(album_desk)
    again = album_desk.studio.standing(ticket.id, "you").ticket
    assert again.name == "a-fox_s3-2.png"
    root: Path = album_desk.enclosure.root
    assert (root / again.name).read_bytes() == (root / "a-fox_s3.png").read_bytes()


def test_pictures_are_found_by_what_they_show(album_desk) -> None:
    found = [own.name for own in album_desk.search("a fox")]
    paths = [album_desk.enclosure.root / name for name in names(album_desk)]
    ranked = album_desk.finder.rank("a fox", paths)
    assert found == [path.name for path, _ in ranked]
    values = [value for _, value in ranked]
    assert values == sorted(values, reverse=True)
    assert len(values) == 4
