"""Pictures to learn from: drawn by index, held out by caption, kept in shards."""

from __future__ import annotations

import json
import random
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from tests.tiny import tiny_models
from vqclip.errors import OutputError
from vqclip.randomness import stream
from vqclip.training import data as training
from vqclip.training import reconstructed
from vqclip.training.run import command
from vqclip.training.shards import Pictures, write_shard
from vqclip.training.split import held_out
from vqclip.world.drawings import EMOJI, compose, read_drawings, whole


def write_drawings(folder: Path) -> None:
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    image.paste((255, 0, 255, 255), (32, 32, 96, 96))
    buffer = BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    fox = {"file": "noto/x.webp", "source": "noto-emoji", "name": "Fox", "alpha": True}
    fox |= {"keywords": ["Reynard"], "concept": "emoji:1f98a", "style": "noto emoji"}
    rose = {**fox, "file": "rose.webp", "source": "flower-photos", "name": "Rose", "alpha": False}
    missing = {**fox, "file": "elsewhere.webp"}
    lines = "\n".join(json.dumps(one) for one in (fox, rose, missing))
    (folder / "captions.jsonl").write_text(lines, encoding="utf-8")
    with zipfile.ZipFile(folder / "images128.zip", "w") as archive:
        archive.writestr("noto/x.webp", buffer.getvalue())
        archive.writestr("rose.webp", buffer.getvalue())


def test_drawings_are_composed_on_colors_and_in_landscapes(tmp_path: Path) -> None:
    write_drawings(tmp_path)
    (drawing,) = read_drawings(tmp_path, EMOJI)
    assert (drawing.name, drawing.keywords, drawing.cut_out) == ("fox", ("reynard",), True)
    plain, place = compose(drawing, 64, random.Random(0), plain=True)
    assert place.startswith("on a ")
    assert (255, 0, 255) in {color for _, color in plain.getcolors(1 << 16) or []}
    _, place = compose(drawing, 64, random.Random(0), plain=False)
    assert place.startswith("in front of ")
    fox, rose = read_drawings(tmp_path)
    assert (fox.name, rose.name, rose.cut_out) == ("fox", "rose", False)
    assert whole(rose, 48, random.Random(0)).size == (48, 48)


def test_a_picture_depends_on_seed_split_and_index_alone(tmp_path: Path) -> None:
    settings = training.DataSettings(size=32, wordings=2)
    first, captions = training.captioned(settings, "train", 7, [])
    again, same = training.captioned(settings, "train", 7, [])
    other, _ = training.captioned(settings, "train", 8, [])
    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert captions == same
    assert len(captions) == 3


def test_the_splits_share_no_caption() -> None:
    settings = training.DataSettings(size=16)
    for index in range(3):
        assert held_out(training.captioned(settings, "held-out", index, [])[1][0])
        assert not held_out(training.captioned(settings, "train", index, [])[1][0])


def test_pictures_are_drawn_once_and_then_read(tmp_path: Path) -> None:
    write_drawings(tmp_path)
    file = tmp_path / "data.yaml"
    file.write_text("{size: 32, train: 5, held_out: 1, shard: 2}", encoding="utf-8")
    words = [str(tmp_path / "data"), "--config", str(file), "--drawings", str(tmp_path)]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 0, done.output
    pictures = Pictures(tmp_path / "data" / "train")
    assert (len(pictures), pictures.size, len(pictures.captions)) == (5, 32, 5)
    rows = pictures.pixels([4, 0, 3])
    assert rows.shape == (3, 32, 32, 3)
    assert np.array_equal(rows[1], pictures.pixels([0])[0])
    both = Pictures(tmp_path / "data" / "held-out", tmp_path / "data" / "train")
    assert np.array_equal(both.pixels([1])[0], rows[1])
    assert (tmp_path / "data" / "train.png").stat().st_size > 1000
    shard = tmp_path / "data" / "train" / "shard-00001.npy"
    before = shard.read_bytes()
    stamp = shard.stat().st_mtime_ns
    assert CliRunner().invoke(command(training.main), words).exit_code == 0
    assert shard.stat().st_mtime_ns == stamp
    shard.with_suffix(".json").unlink()
    assert CliRunner().invoke(command(training.main), words).exit_code == 0
    assert shard.stat().st_mtime_ns != stamp
    assert shard.read_bytes() == before


def test_a_folder_without_pictures_says_how_to_draw_some(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"vqclip\.training\.data"):
        Pictures(tmp_path)


def test_pictures_are_reconstructed_under_their_captions(tmp_path: Path, monkeypatch) -> None:
    models = tiny_models(8)
    monkeypatch.setattr(reconstructed, "load_vqgan", lambda *_, **__: (models.generator, ""))
    pixels = np.random.RandomState(0).randint(0, 255, (3, 32, 32, 3)).astype(np.uint8)
    write_shard(tmp_path / "train", 0, pixels, [("a",), ("b",), ("c",)])
    words = [str(tmp_path), "--count", "2", "--noise", "0"]
    done = CliRunner().invoke(command(reconstructed.main), words)
    assert done.exit_code == 0, done.output
    found = Pictures(tmp_path / "reconstructed")
    assert found.captions == [("a",), ("b",)]
    images = torch.from_numpy(pixels[:2]).permute(0, 3, 1, 2).float() / 255
    vqgan = models.generator
    seen = vqgan.decode(vqgan.quantize(vqgan.encode(images))).clamp(0, 1)
    expected = (seen * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    assert np.array_equal(found.pixels([0, 1]), expected)
    noisy = reconstructed.reconstruct(vqgan, images, noise=2.0, generator=stream(0, "x"))
    assert not torch.equal(noisy, seen)
