"""Keeping: the pixels that are kept are those of the start picture, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import tiny_models
from vqclip.engine.build import build
from vqclip.engine.keeping import keeping_warnings, kept_mask, kept_of
from vqclip.errors import ImageError
from vqclip.files.images import to_pil


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of random bytes, 20 pixels wide and 16 high."""
    pixels = torch.randint(256, (16, 20, 3), generator=torch.Generator().manual_seed(3))
    image = Image.frombytes("RGB", (20, 16), bytes(pixels.flatten().tolist()))
    image.save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def drawn(make_job, photo: Path, **settings) -> Image.Image:
    size = {"width": 20, "height": 16, "steps": 6, "start__noise": 0.5, "latent__noise": 0.2}
    job = make_job(start__image=str(photo), **{**size, **settings})
    generation = build(tiny_models(), [job])
    for _ in generation:
        pass
    return to_pil(generation.images()[0])


def test_kept_pixels_are_those_of_the_picture_and_the_others_are_drawn(make_job, photo) -> None:
    found, before = drawn(make_job, photo, keep="left"), Image.open(photo)
    left = (0, 0, 10, 16)
    assert found.crop(left).tobytes() == before.crop(left).tobytes()
    right = (12, 0, 20, 16)
    assert found.crop(right).tobytes() != before.crop(right).tobytes()


def test_a_picture_of_any_size_is_kept_to_the_byte(make_job, photo) -> None:
    Image.open(photo).crop((0, 0, 18, 16)).save(photo)  # no multiple of the generator's factor
    found = drawn(make_job, photo, keep="not right", width=18)
    left = (0, 0, 9, 16)
    assert found.crop(left).tobytes() == Image.open(photo).crop(left).tobytes()


def test_a_white_part_of_a_mask_is_kept(make_job, photo, tmp_path) -> None:
    mask = Image.new("L", (20, 16), 0)
    mask.paste(255, (4, 4, 12, 12))
    mask.save(tmp_path / "mask.png")
    found, before = drawn(make_job, photo, keep=str(tmp_path / "mask.png")), Image.open(photo)
    box = (4, 4, 12, 12)
    assert found.crop(box).tobytes() == before.crop(box).tobytes()
    assert found.crop((14, 0, 20, 16)).tobytes() != before.crop((14, 0, 20, 16)).tobytes()


def test_an_extended_picture_is_kept_whole(make_job, photo) -> None:
    found = drawn(make_job, photo, extend="right 50%, top 25%", width=30, height=20)
    assert found.crop((0, 4, 20, 20)).tobytes() == Image.open(photo).tobytes()


def test_the_latent_is_held_where_whole_cells_are_kept(make_job, photo) -> None:
    job = make_job(start__image=str(photo), keep="left", width=24, height=16, steps=4)
    generation = build(tiny_models(), [job])
    for _ in generation:
        pass
    latent, cells = generation.state.latent, generation.course.kept.cells
    assert cells[:, :3].eq(1).all()
    assert cells[:, 4:].eq(0).all()
    change = (latent.z() - latent.base).abs()
    assert (change * cells).max() < 1e-5
    assert (change * (1 - cells)).max() > 1e-3


def test_the_seam_falls_from_the_kept_part_outwards(make_job, photo) -> None:
    job = make_job(start__image=str(photo), keep="left ~25%", width=20, height=16)
    mask = kept_mask(job.config)[8]
    assert mask[:10].eq(1).all()
    assert (mask[9:14].diff() < 0).all()
    assert mask[14:].eq(0).all()


@pytest.mark.parametrize(
    ("color", "part"), [(0, "dark everywhere"), (255, "white everywhere"), (200, "white")]
)
def test_a_mask_that_keeps_nothing_or_all_is_refused(make_job, photo, color, part) -> None:
    Image.new("L", (20, 16), color).save(photo.with_name("mask.png"))
    job = make_job(start__image=str(photo), keep=str(photo.with_name("mask.png")))
    with pytest.raises(ImageError, match=part):
        kept_of(job.config, 4, device=torch.device("cpu"))


def test_formats_that_lose_are_named(make_job) -> None:
    assert keeping_warnings(make_job(keep="left", start__image="x.png").config) == []
    lossy = {"start__image": "x.png", "output__format": "jpg"}
    (warning,) = keeping_warnings(make_job(keep="left", **lossy).config)
    assert "output.format=png keeps every byte" in warning
    assert keeping_warnings(make_job(**lossy).config) == []
