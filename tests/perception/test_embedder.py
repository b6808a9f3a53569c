"""Embedders: vectors of pictures, texts and labels, and what they depend on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from tests.tiny import write_clip
from vqclip.errors import ConfigError
from vqclip.models.load import load_perceptors
from vqclip.perception.embedder import Embedder, check_computing


def test_reduced_precision_is_near_and_has_its_own_identity(clip) -> None:
    full = Embedder.load(str(clip), device="cpu")
    reduced = Embedder.load(str(clip), device="cpu", precision="bfloat16")
    view = full.overview(Image.effect_noise((40, 30), 80).convert("RGB"))
    cosine = F.cosine_similarity(full.encode_views(view), reduced.encode_views(view))
    assert 0.99 < float(cosine) < 1 - 1e-9
    assert full.identity != reduced.identity


def test_identity_changes_with_weights_and_normalization(clip, tmp_path: Path) -> None:
    other = write_clip(tmp_path / "other")
    same = Embedder.load(str(other), device="cpu").identity
    assert same == Embedder.load(str(clip), device="cpu").identity
    config = other / "open_clip_config.json"
    config.write_text(config.read_text().replace("0.4", "0.45"))
    assert Embedder.load(str(other), device="cpu").identity != same


def test_perceptors_load_without_a_vqgan(clip) -> None:
    (loaded,), hashes = load_perceptors([str(clip)])
    assert loaded.logit_scale == pytest.approx(1 / 0.07, rel=1e-4)
    assert len(hashes[f"perceptor {clip}"]) == 64


def test_memory_that_runs_out_halves_the_batch(tiny) -> None:
    plain = tiny.perceptor.encode_image

    def encode(cutouts: torch.Tensor) -> torch.Tensor:
        if len(cutouts) > 3:
            raise torch.OutOfMemoryError
        return plain(cutouts)

    tiny.perceptor.encode_image = encode
    views = torch.rand(20, 3, 8, 8)
    torch.testing.assert_close(tiny.encode_views(views), plain(views))
    assert tiny.batch == 2


def test_memory_that_holds_no_picture_is_an_error(tiny) -> None:
    def encode(cutouts: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError

    tiny.perceptor.encode_image = encode
    with pytest.raises(torch.OutOfMemoryError):
        tiny.encode_views(torch.rand(2, 3, 8, 8))


def test_a_label_is_the_mean_over_its_templates_at_unit_length(tiny) -> None:
    found = tiny.encode_labels(["cat", "dog"], ["a {}", "{}, seen"])
    texts = tiny.perceptor.encode_text(["a dog", "dog, seen"])
    torch.testing.assert_close(found[1], texts.mean(dim=0) / texts.mean(dim=0).norm())
    assert found.shape == (2, 12)


def test_texts_are_encoded_in_batches(tiny) -> None:
    texts = [f"text {number}" for number in range(70)]
    torch.testing.assert_close(tiny.encode_texts(texts), tiny.perceptor.encode_text(texts))


def test_device_and_precision_are_checked_together() -> None:
    check_computing("cpu", "float32")
    with pytest.raises(ConfigError) as caught:
        check_computing("qpu", "bfloat61")
    device, precision = caught.value.messages
    assert "'qpu' is unknown" in device
    assert "did you mean 'bfloat16'" in precision
