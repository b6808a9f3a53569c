"""The bank of the small pair: what it shows, what it leaves out, and how it is encoded."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import tiny_models
from tests.world.collection import FOX, write_drawings
from vqclip.images import to_tensor
from vqclip.training import bank as training
from vqclip.training.bank import captioned, make_bank, noted, scenes, structure
from vqclip.training.split import held_out
from vqclip.world.drawings import Drawing, read_drawings


@pytest.fixture
def fox(tmp_path: Path) -> Drawing:
    write_drawings(tmp_path, FOX)
    (drawing,) = read_drawings(tmp_path)
    return drawing


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A bank of tiny pictures, with few of the figures."""
    monkeypatch.setattr(training, "SIZE", 8)
    monkeypatch.setattr(training, "SHAPES_SHARE", 0.1)
    monkeypatch.setattr(training, "THINGS_SHARE", 0.01)
    return monkeypatch


def test_a_bank_leaves_out_what_is_held_out(small, fox: Drawing) -> None:
    captions = [caption for _, caption in captioned(20, [fox])]
    assert not any(map(held_out, captions))
    assert sum("background" in caption for caption in captions) > 500
    assert captions[-1].endswith("(reynard)")
    small.setattr(training, "held_out", lambda caption: "background" in caption)
    left = [caption for _, caption in captioned(20, [fox])]
    assert len(left) == 21
    assert left[-1].startswith("a fox ")


def test_scenes_of_the_bank_differ_in_more_than_colors(small) -> None:
    assert structure("a red cat on a blue background") == "a cat"
    night = "a mosaic of a red car in a meadow at night with stars"
    assert structure(night) == "a mosaic of a car in a meadow at night"
    captions = [caption for _, caption in islice(scenes(), 120)]
    assert len({structure(caption) for caption in captions}) == 120


def test_synonyms_are_noted_in_parentheses() -> None:
    assert noted("a blue house") == "a blue house (home, cottage)"
    assert noted("a blue star") == "a blue star"


def test_pictures_are_kept_as_codes_and_embeddings() -> None:
    models = tiny_models(8)
    images = [Image.new("RGB", (32, 32), color) for color in ("red", "navy")]
    bank = make_bank(models, [(images[0], "red"), (images[1], "blue")])
    assert bank.captions == ("red", "blue")
    assert bank.codes.shape == (2, 8, 8)
    vqgan, perceptor = models.generator, models.perceptors[0]
    for row, image in enumerate(images):
        expected = vqgan.quantize(vqgan.encode(to_tensor(image)))
        assert torch.equal(vqgan.codebook[bank.codes[row]].permute(2, 0, 1), expected[0])
        small = torch.nn.functional.interpolate(to_tensor(image), (8, 8), mode="bilinear")
        torch.testing.assert_close(bank.embeddings[row], perceptor.encode_image(small)[0])
