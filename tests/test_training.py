"""The world of the small pair: captioned scenes, drawings composed, and its bank."""

from __future__ import annotations

import json
import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import torch
import typer
from PIL import Image
from typer.testing import CliRunner

from tests.tiny import tiny_models
from vqclip.models.bank import read_bank
from vqclip.training import bank as training
from vqclip.training.drawings import compose, read_drawings
from vqclip.training.landscapes import landscape, other_names
from vqclip.training.objects import THINGS
from vqclip.training.pen import Pen
from vqclip.training.scenes import (
    article,
    every_shape,
    every_thing,
    one_shape,
    one_thing,
    scene,
    two_shapes,
)
from vqclip.training.shapes import COLORS, SHAPES, draw_shape
from vqclip.training.styles import STYLES

DRAWERS = [one_shape, two_shapes, one_thing, landscape, scene]


@pytest.mark.parametrize("draw", DRAWERS, ids=lambda draw: draw.__name__)
def test_a_seed_gives_one_picture_and_its_caption(draw) -> None:
    first, caption = draw(48, random.Random(3))
    again, _ = draw(48, random.Random(3))
    other, _ = draw(48, random.Random(4))
    assert first.size == (48, 48)
    assert first.mode == "RGB"
    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert caption.split()[0] in ("a", "an", "the", "pixel")


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_fills_some_of_its_circle_and_nothing_else(name: str) -> None:
    pen = Pen.blank(64, COLORS["black"])
    draw_shape(pen.at(0, 0, 0.5), name, COLORS["white"], COLORS["black"])
    seen = torch.tensor(list(pen.finish().convert("L").tobytes())).view(64, 64) > 127
    assert 0.05 < seen.float().mean() < 0.3
    assert not seen[:14].any()
    assert not seen[:, 50:].any()


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_has_its_color_and_stands_on_the_ground(name: str) -> None:
    pen = Pen.blank(64, COLORS["black"])
    THINGS[name](pen.at(0, 0.6, 0.6), (214, 40, 213))
    pixels = torch.tensor(list(pen.finish().tobytes())).view(64, 64, 3)
    drawn = (pixels.float() - torch.tensor(COLORS["black"])).abs().sum(dim=-1) > 60
    own = (pixels.float() - torch.tensor([214.0, 40.0, 213.0])).abs().sum(dim=-1) < 20
    assert own.sum() > 20
    assert 0.03 < drawn.float().mean() < 0.6
    assert not drawn[56:].any()


@pytest.mark.parametrize("name", STYLES)
def test_a_style_changes_the_picture_and_keeps_its_size(name: str) -> None:
    image, _ = landscape(64, random.Random(1))
    styled = STYLES[name](image, random.Random(2))
    assert styled.size == image.size
    assert styled.mode == "RGB"
    assert styled.tobytes() != image.tobytes()


def test_every_shape_and_thing_differs_from_its_background() -> None:
    for names in ([*every_shape()], [*every_thing()]):
        assert len(names) == len(set(names)) > 1000
        assert all(ground != color for ground, _, color in names)


def test_an_hour_is_found_by_its_other_names() -> None:
    assert other_names("a meadow at dusk with hills") == "at sunset, in the evening"
    assert other_names("a red star on a blue background") == ""


def test_articles() -> None:
    assert article("orange cat") == "an orange cat"
    assert article("red cat") == "a red cat"


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


def test_drawings_are_composed_on_colors_and_in_landscapes(tmp_path: Path) -> None:
    write_drawings(tmp_path)
    (drawing,) = read_drawings(tmp_path)
    plain, caption = compose(drawing, 64, random.Random(0), plain=True)
    assert caption.startswith("fox on a ")
    assert caption.endswith(" (reynard)")
    assert (255, 0, 255) in {color for _, color in plain.getcolors(1 << 16) or []}
    _, caption = compose(drawing, 64, random.Random(0), plain=False)
    assert caption.startswith("fox in front of ")


def test_a_bank_is_made_from_scenes_and_drawings(tmp_path: Path, monkeypatch) -> None:
    write_drawings(tmp_path)
    models = tiny_models(8)
    models = type(models)(
        models.vqgan, models.perceptors, (1.0,), {"vqgan mini": "a", "perceptor mini": "b"}
    )
    monkeypatch.setattr(training, "load_models", lambda *_, **__: models)
    monkeypatch.setattr(training, "every_shape", lambda: [("red", "star", "blue")])
    monkeypatch.setattr(training, "SHARE", 1.0)
    monkeypatch.setattr(training, "every_thing", lambda: [("red", "house", "blue")])
    app = typer.Typer()
    app.command()(training.main)
    path = tmp_path / "bank.safetensors"
    words = ["--output", str(path), "--count", "3", "--drawings", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    bank = read_bank(path, vqgan="a", perceptor="b")
    assert bank.codes.shape == (6, 32, 32)
    assert bank.embeddings.shape == (6, 12)
    assert bank.captions[:2] == (
        "a blue star on a red background",
        "a blue house on a red background",
    )
    assert "fox" in bank.captions[5]
    picture = models.vqgan.codebook[bank.codes[2:3]].permute(0, 3, 1, 2)
    image, _ = scene(128, random.Random("scene 0"))
    expected = models.vqgan.quantize(models.vqgan.encode(training.to_tensor(image)))
    assert torch.equal(picture, expected)
