"""The perceptor against open_clip itself: from folders, files, tags and repositories."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from tests.models.fetching import REPO, WEIGHTS
from tests.tiny import PREPROCESS, write_clip
from vqclip.errors import CheckpointError
from vqclip.models.fetch import hub
from vqclip.models.perceptor import ClipPerceptor, load_perceptor

CUTOUTS = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory) -> Path:
    folder = write_clip(tmp_path_factory.mktemp("clip"))
    (folder / "words.txt").write_text("a\nred\nhouse\n")
    return folder


def features(model: Any, mean: object, std: object) -> Tensor:
    """What open_clip makes of the cutouts."""
    shift, scale = (torch.tensor(values).view(1, 3, 1, 1) for values in (mean, std))
    with torch.no_grad():
        return model.eval().encode_image((CUTOUTS - shift) / scale, normalize=True)


def activations(perceptor: ClipPerceptor) -> set[str]:
    names = {type(module).__name__ for module in perceptor.modules()}
    return names & {"QuickGELU", "GELU"}


@pytest.mark.parametrize("prefix", ["", "local-dir:"])
def test_embeddings_are_open_clips_own(clip_folder, prefix) -> None:
    perceptor, weights = load_perceptor(f"{prefix}{clip_folder}")
    assert weights == clip_folder / WEIGHTS
    model = open_clip.create_model_from_pretrained(
        f"local-dir:{clip_folder}", return_transform=False
    )
    expected = features(model, PREPROCESS["mean"], PREPROCESS["std"])
    torch.testing.assert_close(perceptor.encode_image(CUTOUTS), expected)
    tokens = open_clip.get_tokenizer(f"local-dir:{clip_folder}")(["a red house", "a"])
    torch.testing.assert_close(
        perceptor.encode_text(["a red house", "a"]), model.encode_text(tokens, normalize=True)
    )
    assert (perceptor.size, perceptor.context_length) == (32, 16)
    assert perceptor.logit_scale == pytest.approx(float(model.logit_scale.detach().exp()))
    assert not any(parameter.requires_grad for parameter in perceptor.parameters())


def test_words_out_of_reach(clip_folder) -> None:
    perceptor, _ = load_perceptor(str(clip_folder))
    assert perceptor.words_cut_off("a red house") == ""
    assert perceptor.words_cut_off("red " * 14 + "house on a hill") == "house on a hill"
    assert perceptor.unknown_words("A red zarquon, a RED house") == ("zarquon",)
    assert perceptor.unknown_words("a well-worn zarquon, zarquon") == ("well-worn", "zarquon")


def test_words_of_few_captions_are_counted(clip_folder, tmp_path) -> None:
    perceptor, _ = load_perceptor(str(clip_folder))
    assert perceptor.rare_words("a red house") == {}  # counts are unknown
    counted = tmp_path / "counted"
    shutil.copytree(clip_folder, counted)
    (counted / "words.txt").write_text("a 9000\nred 200\nsofa 199\n")
    perceptor, _ = load_perceptor(str(counted))
    assert perceptor.rare_words("A red SOFA, a sofa, a zarquon") == {"sofa": 199}
    assert perceptor.unknown_words("a red sofa zarquon") == ("zarquon",)


def test_unknown_words_need_a_vocabulary(tmp_path) -> None:
    perceptor, _ = load_perceptor(str(write_clip(tmp_path / "clip")))
    assert perceptor.unknown_words("zarquon") == ()


@pytest.mark.parametrize(("quick", "activation"), [(True, "QuickGELU"), (False, "GELU")])
def test_the_activation_comes_from_the_configuration(tmp_path, quick, activation) -> None:
    perceptor, _ = load_perceptor(str(write_clip(tmp_path / "clip", quick_gelu=quick)))
    assert activations(perceptor) == {activation}


def test_a_folder_without_weights_is_refused(tmp_path) -> None:
    folder = write_clip(tmp_path / "clip")
    (folder / WEIGHTS).write_text("hello")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_perceptor(str(folder))
    (folder / WEIGHTS).unlink()
    with pytest.raises(CheckpointError, match="no weights"):
        load_perceptor(str(folder))
    with pytest.raises(CheckpointError, match=f"{tmp_path} is not an open_clip folder: expected"):
        load_perceptor(str(tmp_path))


@pytest.mark.parametrize("quick", [True, False])
def test_a_tag_brings_its_pixels_and_its_activation(
    hub_server, local_hub, tmp_path, monkeypatch, small_architecture, quick
) -> None:
    table = {
        "hf_hub": f"{REPO}/",
        "mean": (0.1, 0.2, 0.3),
        "std": (0.7, 0.8, 0.9),
        "interpolation": "bilinear",
        "resize_mode": "squash",
        **({"quick_gelu": True} if quick else {}),
    }
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, small_architecture, {"mine": table})
    perceptor, _ = load_perceptor(f"{small_architecture}:mine", model_dir=local_hub)
    model = open_clip.create_model_from_pretrained(
        small_architecture,
        pretrained=str(tmp_path / "source" / WEIGHTS),
        force_quick_gelu=quick,
        return_transform=False,
    )
    expected = features(model, table["mean"], table["std"])
    assert torch.equal(perceptor.encode_image(CUTOUTS), expected)
    assert activations(perceptor) == {"QuickGELU" if quick else "GELU"}
    by_repository, weights = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert weights.is_relative_to(local_hub / "hub")
    assert activations(by_repository) == activations(perceptor)


def test_a_repository_brings_its_own_configuration(hub_server, local_hub, tmp_path) -> None:
    perceptor, _ = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    model = open_clip.create_model_from_pretrained(
        f"local-dir:{tmp_path / 'source'}", return_transform=False
    )
    expected = features(model, PREPROCESS["mean"], PREPROCESS["std"])
    assert torch.equal(perceptor.encode_image(CUTOUTS), expected)


def test_a_name_takes_weights_from_a_file(hub_server, tmp_path, small_architecture) -> None:
    source = tmp_path / "source" / WEIGHTS
    tensors = {f"module.{key}": value for key, value in load_file(source).items()}
    torch.save({"state_dict": tensors}, tmp_path / "mine.pt")
    embeddings = []
    for path in (source, tmp_path / "mine.pt"):
        perceptor, weights = load_perceptor(f"{small_architecture}:{path}")
        assert weights == path
        embeddings.append(perceptor.encode_image(CUTOUTS))
    assert torch.equal(*embeddings)
    (tmp_path / "evil.pt").write_bytes(b"PK\x03\x04")
    with pytest.raises(CheckpointError, match="damaged"):
        load_perceptor(f"{small_architecture}:{tmp_path / 'evil.pt'}")


def test_a_repository_that_is_not_open_clips_is_a_sentence(hub_server, local_hub, tmp_path) -> None:
    config = (tmp_path / "source" / hub.CONFIG).read_bytes()
    hub_server.put_hub("a/b", {hub.CONFIG: config, WEIGHTS: b"<!DOCTYPE html>"})
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)
    hub_server.put_hub("a/c", {WEIGHTS: b"x"})
    with pytest.raises(CheckpointError, match="hf-hub:a/c is not an open_clip folder"):
        load_perceptor("hf-hub:a/c", model_dir=local_hub)
