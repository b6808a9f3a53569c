"""Uploads: checked like pictures to start from, and kept without anything but their pixels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.web.conftest import finish
from vqclip.errors import ImageError
from vqclip.outputs import recipe as recipes
from vqclip.web.form import Form


def test_an_upload_is_kept_as_pixels_alone(desk, tmp_path) -> None:
    info = PngInfo()
    info.add_text("comment", "<script>alert(1)</script>")
    Image.new("RGB", (20, 10), "red").save(tmp_path / "mine.png", pnginfo=info)
    with (tmp_path / "mine.png").open("ab") as file:
        file.write(b"<html>")
    kept = desk.upload(tmp_path / "mine.png")
    assert b"script" not in kept.read_bytes()
    assert b"<html>" not in kept.read_bytes()
    with Image.open(kept) as image:
        assert (image.size, image.getpixel((0, 0))) == ((20, 10), (255, 0, 0))
    assert desk.upload(tmp_path / "mine.png") == kept


def test_a_drawing_starts_from_an_upload_and_its_recipe_names_it(desk, tmp_path) -> None:
    Image.new("RGB", (20, 10), "red").save(tmp_path / "mine.jpg")
    kept = desk.upload(tmp_path / "mine.jpg")
    lines = ["cutouts.count=2", "start.candidates=1"]
    form = Form("a fox", None, (), "1", "16", "16", "2", str(kept), lines)
    ticket = desk.draw(form.config(), "me")
    desk.studio.open()
    finish(desk)
    name = desk.studio.standing(ticket.id, "me").ticket.name
    recipe = recipes.read(desk.enclosure.picture(name))
    assert recipe.config.start.image == str(kept)
    assert str(kept) in recipe.pictures


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(desk, tmp_path, content) -> None:
    (tmp_path / "mine.png").write_bytes(content)
    with pytest.raises(ImageError) as caught:
        desk.upload(tmp_path / "mine.png")
    assert str(tmp_path) not in str(caught.value)
    assert not desk.enclosure.own("uploads").exists()


def test_what_is_too_large_is_refused(desk, tmp_path) -> None:
    Image.new("RGB", (200, 100)).save(tmp_path / "mine.png")
    desk.allowance = replace(desk.allowance, upload_pixels=10_000)
    with pytest.raises(ImageError, match="200x100 pixels"):
        desk.upload(tmp_path / "mine.png")
    desk.allowance = replace(desk.allowance, upload=10)
    with pytest.raises(ImageError, match="MB"):
        desk.upload(tmp_path / "mine.png")
    with pytest.raises(ImageError, match="not uploaded completely"):
        desk.upload(tmp_path / "none.png")
