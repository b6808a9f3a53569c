"""Drawings composed, and the bank of the small pair."""

from __future__ import annotations

import json
import random
import zipfile
from io import BytesIO
from itertools import islice
from pathlib import Path

import torch
import typer
from PIL import Image
from typer.testing import CliRunner

from tests.tiny import tiny_models
from vqclip.engine.starts.picturebank import Owners, read_bank
from vqclip.training import bank as training
from vqclip.training.split import held_out
from vqclip.world.drawings import read_drawings
from vqclip.world.scenes import scene


def write_drawings(folder: Path) -> None:
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    image.paste((255, 0, 255, 255), (32, 32, 96, 96))
    buffer = BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    record = {"file": "noto/x.webp", "source": "noto-emoji", "name": "Fox", "alpha": True}
    record["keywords"] = ["Reynard"]
    other = {**record, "file": "none.webp", "source": "flower-photos"}
    lines = "\n".join(json.dumps(one) for one in (record, other))
    (folder / "captions.jsonl").write_text(lines, encoding="utf-8")
    with zipfile.ZipFile(folder / "images128.zip", "w") as archive:
        archive.writestr("noto/x.webp", buffer.getvalue())


def test_a_bank_is_made_from_scenes_and_drawings(tmp_path: Path, monkeypatch) -> None:
    write_drawings(tmp_path)
    models = tiny_models(8)
    models = type(models)(
        models.generator, models.perceptors, (1.0,), {"vqgan mini": "a", "perceptor mini": "b"}
    )
    monkeypatch.setattr(training, "load_models", lambda *_, **__: models)
    monkeypatch.setattr(training, "every_shape", lambda: [("white", "star", "blue")])
    monkeypatch.setattr(training, "SHAPES_SHARE", 1.0)
    monkeypatch.setattr(training, "THINGS_SHARE", 1.0)
    monkeypatch.setattr(training, "every_thing", lambda: [("white", "house", "blue")])
    monkeypatch.setattr(training, "every_group", lambda *_: iter(()))
    app = typer.Typer()
    app.command()(training.main)
    path = tmp_path / "bank.safetensors"
    words = ["--output", str(path), "--count", "3", "--drawings", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    bank = read_bank(path, Owners("a", "b"))
    assert bank.codes.shape == (6, 32, 32)
    assert bank.embeddings.shape == (6, 12)
    assert bank.captions[:2] == (
        "a blue star on a white background",
        "a blue house on a white background (home, cottage)",
    )
    assert "fox" in bank.captions[5]
    picture = models.generator.codebook[bank.codes[2:3]].permute(0, 3, 1, 2)
    image, _ = scene(128, random.Random("scene 0"))
    expected = models.generator.quantize(models.generator.encode(training.to_tensor(image)))
    assert torch.equal(picture, expected)


def test_a_bank_leaves_out_what_is_held_out(tmp_path: Path, monkeypatch) -> None:
    write_drawings(tmp_path)
    drawings = read_drawings(tmp_path)
    monkeypatch.setattr(training, "SIZE", 16)
    monkeypatch.setattr(training, "SHAPES_SHARE", 0.3)
    monkeypatch.setattr(training, "THINGS_SHARE", 0.02)
    whole = [caption for _, caption in training.captioned(60, drawings)]
    assert not any(map(held_out, whole))
    assert sum("background" in one for one in whole) > 500
    monkeypatch.setattr(training, "held_out", lambda caption: "background" in caption)
    left = [caption for _, caption in training.captioned(60, drawings)]
    assert len(left) == 61
    assert left[-1].startswith("fox in front of")


def test_scenes_of_the_bank_differ_in_more_than_colors() -> None:
    assert training.structure("a red cat on a blue background") == "a cat"
    night = "a mosaic of a red car in a meadow at night with stars"
    assert training.structure(night) == "a mosaic of a car in a meadow at night"
    scenes = [caption for _, caption in islice(training._scenes(), 300)]
    assert len({training.structure(one) for one in scenes}) == 300
