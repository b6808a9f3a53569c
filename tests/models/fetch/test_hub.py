"""Perceptors and generators from a hub that runs on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file

from tests.models import server as servers
from tests.models.fetching import REPO, WEIGHTS
from tests.models.server import status
from tests.tiny import PREPROCESS
from vqclip.errors import CheckpointError
from vqclip.models.fetch import hub
from vqclip.models.perceptor import load_perceptor


@pytest.mark.parametrize(
    ("name", "repo"),
    [
        (f"hf-hub:{REPO}", REPO),
        ("ViT-B-32-quickgelu:openai", "timm/vit_base_patch32_clip_224.openai"),
    ],
)
def test_offline_says_which_files_go_where(hub_server, local_hub, monkeypatch, name, repo) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="the network is switched off; fetch it") as caught:
        load_perceptor(name, model_dir=local_hub)
    assert f"hf download {repo}" in str(caught.value)
    assert f"models--{repo.replace('/', '--')}" in str(caught.value)
    assert str(local_hub / "hub") in str(caught.value)
    assert not hub_server.seen


def test_features_are_open_clips_own(hub_server, local_hub, tmp_path) -> None:
    perceptor, weights = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert weights.is_relative_to(local_hub / "hub")
    model = open_clip.create_model_from_pretrained(
        f"local-dir:{tmp_path / 'source'}", return_transform=False
    )
    cutouts = torch.rand(3, 3, 32, 32)
    mean, std = (torch.tensor(PREPROCESS[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        expected = model.eval().encode_image((cutouts - mean) / std, normalize=True)
    assert torch.equal(perceptor.encode_image(cutouts), expected)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (404, "has no open_clip_model"),
        (401, "no repository"),
        (500, "does not give it .*500.*fetch it on any"),
    ],
)
def test_failures_of_the_hub_are_sentences(hub_server, local_hub, code, message) -> None:
    def fail(handler: servers.Handler, _: bytes) -> None:
        errors = {404: "EntryNotFound", 401: "RepoNotFound"}
        handler.fail(code, X_Error_Code=errors.get(code, "Busy"))

    hub_server.put_hub("a/b", dict.fromkeys(hub.WEIGHTS_FILES, b""), fail)
    with pytest.raises(CheckpointError, match=message):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)


def test_a_hub_out_of_reach_is_a_sentence(local_hub, monkeypatch) -> None:
    nobody = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody)
    with pytest.raises(CheckpointError, match=r"does not give it .*refused.*fetch it on any"):
        load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)


def test_weights_that_are_none_are_a_sentence(hub_server, local_hub, tmp_path) -> None:
    config = (tmp_path / "source" / hub.CONFIG).read_bytes()
    hub_server.put_hub("a/b", {hub.CONFIG: config, WEIGHTS: b"<!DOCTYPE html>"})
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)
    hub_server.put_hub("a/c", {WEIGHTS: b"x"})
    with pytest.raises(CheckpointError, match="open_clip_config.json"):
        load_perceptor("hf-hub:a/c", model_dir=local_hub)


def small_model(tmp_path: Path, monkeypatch, **changes: object) -> Path:
    """Register a small architecture with open_clip, with one tag whose weights are on the hub."""
    config = json.loads((tmp_path / "source" / hub.CONFIG).read_text())["model_cfg"]
    path = tmp_path / "small-test.json"
    path.write_text(json.dumps({**config, **changes}))
    monkeypatch.setattr(open_clip.factory, "_MODEL_CONFIGS", dict(open_clip.factory._MODEL_CONFIGS))
    monkeypatch.setattr(
        open_clip.factory, "_MODEL_CONFIG_PATHS", list(open_clip.factory._MODEL_CONFIG_PATHS)
    )
    open_clip.add_model_config(path)
    return path


@pytest.mark.parametrize("quick", [True, False])
def test_a_tag_brings_its_pixels_and_its_activation(
    hub_server, local_hub, tmp_path, monkeypatch, quick
) -> None:
    small_model(tmp_path, monkeypatch)
    cfg = {
        "hf_hub": f"{REPO}/",
        "mean": (0.1, 0.2, 0.3),
        "std": (0.7, 0.8, 0.9),
        "interpolation": "bilinear",
        "resize_mode": "squash",
        **({"quick_gelu": True} if quick else {}),
    }
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "small-test", {"mine": cfg})
    perceptor, _ = load_perceptor("small-test:mine", model_dir=local_hub)
    with torch.no_grad():
        monkeypatch.setenv("HF_HUB_CACHE", str(local_hub / "hub"))
        model = open_clip.create_model_from_pretrained(
            "small-test",
            pretrained=str(tmp_path / "source" / WEIGHTS),
            force_quick_gelu=quick,
            return_transform=False,
        )
        cutouts = torch.rand(2, 3, 32, 32)
        mean, std = (torch.tensor(cfg[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
        expected = model.eval().encode_image((cutouts - mean) / std, normalize=True)
    assert torch.equal(perceptor.encode_image(cutouts), expected)
    kinds = {type(one).__name__ for one in perceptor.modules()}
    assert ("QuickGELU" in kinds) == quick
    by_repository, _ = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    kinds = {type(one).__name__ for one in by_repository.modules()}
    assert ("QuickGELU" in kinds) == quick


def test_a_name_takes_weights_from_a_file(hub_server, tmp_path, monkeypatch) -> None:
    small_model(tmp_path, monkeypatch)
    source = tmp_path / "source" / WEIGHTS
    tensors = {f"module.{key}": value for key, value in load_file(source).items()}
    torch.save({"state_dict": tensors}, tmp_path / "mine.pt")
    for path in (source, tmp_path / "mine.pt"):
        perceptor, weights = load_perceptor(f"small-test:{path}")
        assert (weights, perceptor.size) == (path, 32)
    (tmp_path / "evil.pt").write_bytes(b"PK\x03\x04")
    with pytest.raises(CheckpointError, match="damaged"):
        load_perceptor(f"small-test:{tmp_path / 'evil.pt'}")


def test_a_missing_package_is_named_before_anything_is_fetched(
    hub_server, local_hub, monkeypatch
) -> None:
    monkeypatch.setattr("vqclip.models.perceptor.find_spec", lambda _: None)
    with pytest.raises(CheckpointError, match=r"pip install 'vqclip\[siglip\]'"):
        load_perceptor("ViT-B-16-SigLIP2-256:webli", model_dir=local_hub)
    assert not hub_server.seen


def test_no_tag_of_open_clip_can_miss_its_activation() -> None:
    """Weights trained with QuickGELU always get it; plain ones never do by a name that lies."""
    for name, tag in open_clip.list_pretrained():
        settings = open_clip.get_pretrained_cfg(name, tag)
        assert settings["hf_hub"], (name, tag)
        built = open_clip.get_model_config(name).get("quick_gelu", False)
        if built and not settings.get("quick_gelu"):
            assert "quickgelu" not in name  # the architecture's own, with one set of weights


def test_a_hub_that_is_busy_for_a_moment_is_asked_again(hub_server, local_hub) -> None:
    content = hub_server.contents[f"/{REPO}/resolve/main/{WEIGHTS}"]
    hub_server.put_hub(REPO, {WEIGHTS: content}, status(503), servers.serve_hub)
    perceptor, _ = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert perceptor.size == 32
