"""Collections: pictures read and encoded in batches, in memory and on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.discs import disc, write_discs, write_flats
from tests.tiny import TinyPerceptor
from vqclip.errors import ConfigError, ImageError
from vqclip.perception.collection import collect, embed, list_sources
from vqclip.perception.embedder import Embedder
from vqclip.perception.index import FILE, Index


def test_vectors_are_those_of_the_overviews(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    collection = embed(tiny, [disc("red", (60, 30)), *paths])
    views = [tiny.overview(disc("red", (60, 30)))]
    views += [tiny.overview(Image.open(path).convert("RGB")) for path in paths]
    torch.testing.assert_close(collection.vectors, tiny.perceptor.encode_image(torch.cat(views)))
    assert collection.pictures[1:] == tuple(paths)
    assert collection.encoded == 4


def test_files_and_pictures_in_memory_go_together(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path / "discs")
    collection = collect(tiny, list_sources([tmp_path / "discs", disc("red")]), index=False)
    assert collection.pictures[1:] == (paths[1], paths[0], paths[2])
    assert isinstance(collection.pictures[0], Image.Image)


def test_broken_files_are_named_and_the_others_go_on(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    (tmp_path / "cut.png").write_bytes(paths[0].read_bytes()[:200])
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no picture")
    collection = collect(tiny, [tmp_path], index=False)
    assert set(collection.pictures) == set(paths)
    reasons = {file.path.name: file.reason for file in collection.skipped}
    assert set(reasons) == {"cut.png", "notes.txt", "text.png"}
    assert reasons["cut.png"].startswith("damaged: ")
    assert reasons["text.png"] == "not a picture in a format that can be read"


def test_nothing_to_see_is_an_error(tiny, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(ImageError, match="no pictures found, only 1 other"):
        collect(tiny, [tmp_path])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture either")
    with pytest.raises(ImageError, match=r"broken\.png: not a picture"):
        collect(tiny, [broken])
    with pytest.raises(ConfigError, match="there are no pictures"):
        list_sources([])


def test_any_mode_and_turned_pictures(tiny, tmp_path: Path) -> None:
    image = disc("blue", (40, 24))
    image.save(tmp_path / "plain.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    image.rotate(90, expand=True).save(tmp_path / "turned.png", exif=exif)
    image.convert("RGBA").save(tmp_path / "alpha.png")
    image.convert("CMYK").save(tmp_path / "cmyk.tif")
    vectors = collect(tiny, [tmp_path]).vectors
    assert (vectors @ vectors.T).min() > 0.99


def test_progress_is_told_after_every_batch(tiny, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    paths = write_flats(tmp_path, 70)
    embed(tiny, paths, progress=lambda done, total: told.append((done, total)))
    assert told == [(32, 70), (64, 70), (70, 70)]


def test_vectors_without_an_identity_are_not_remembered(tmp_path: Path, home: Path) -> None:
    paths = write_discs(tmp_path)
    with Index(home / FILE) as index:
        for _ in range(2):
            assert embed(Embedder(TinyPerceptor()), paths, index=index).encoded == 3
