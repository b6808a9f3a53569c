"""Perceptors and generators from a hub that runs on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import open_clip
import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file

from tests import server as servers
from tests.published import diffusers
from tests.server import Server, status
from tests.tiny import PREPROCESS, taming_tensors, write_clip
from vqclip.errors import CheckpointError
from vqclip.models import hub
from vqclip.models.perceptor import load_perceptor

Run = Callable[..., subprocess.CompletedProcess[str]]
REPO, GENERATOR = "someone/tiny-clip", "someone/tiny-vqgan"
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    folder = write_clip(tmp_path / "source")
    torch.save(diffusers(taming_tensors()), tmp_path / "vqgan.bin")
    with servers.running() as one:
        one.put_hub(REPO, {path.name: path.read_bytes() for path in folder.iterdir()})
        generator = (tmp_path / "vqgan.bin").read_bytes()
        one.put_hub(GENERATOR, {"diffusion_pytorch_model.bin": generator})
        yield one


@pytest.fixture
def run(server, tmp_path) -> Run:
    """Run the command line against the hub on this machine, with an empty home."""

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if "OFFLINE" not in key}
        own = {
            "HF_ENDPOINT": server.root,
            "HF_HOME": str(tmp_path / "hf"),
            "VQCLIP_HOME": str(tmp_path / "home"),
            "HF_HUB_DISABLE_XET": "1",
        }
        return subprocess.run(
            [sys.executable, "-m", "vqclip", *words],
            cwd=tmp_path,
            env={**kept, **own, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


SMALL = ["width=16", "height=16", "steps=1", "cutouts.count=1", "start.candidates=1"]


def test_a_picture_is_drawn_with_models_of_the_hub_and_again_without_network(
    run, server, tmp_path
) -> None:
    names = [
        f"vqgan=hf-hub:{GENERATOR}/diffusion_pytorch_model.bin",
        f"perceptors=[hf-hub:{REPO}]",
    ]
    done = run("generate", "a fox", *names, *SMALL)
    assert done.returncode == 0, done.stderr
    assert "diffusion_pytorch_model.bin: 100%" in done.stderr  # the progress bar
    fetched = [path for command, path, _ in server.seen if command == "GET" and "resolve" in path]
    assert sum(path.endswith(WEIGHTS) for path in fetched) == 1
    server.seen.clear()
    done = run("generate", "a fox", "-q", *names, *SMALL, VQCLIP_OFFLINE="1")
    assert done.returncode == 0, done.stderr
    assert not server.seen
    done = run("models", "verify", f"hf-hub:{REPO}")
    expected = hashlib.sha256((tmp_path / "source" / WEIGHTS).read_bytes()).hexdigest()
    assert f"right, sha256 {expected}" in done.stdout, done.stderr
    (blob,) = (path for path in (tmp_path / "hf").rglob(expected) if path.is_file())
    blob.write_bytes(b"x" + blob.read_bytes()[1:])
    done = run("models", "verify", f"hf-hub:{REPO}")
    assert (done.returncode, "is damaged" in done.stderr) == (2, True)
    done = run("models", "rm", f"hf-hub:{REPO}")
    assert "removed" in done.stderr
    assert not blob.exists()


def test_offline_says_which_files_go_where(run, server) -> None:
    for names in (
        [f"vqgan=hf-hub:{GENERATOR}/x.bin"],
        [f"perceptors=[hf-hub:{REPO}]"],
        ["perceptors=[ViT-B-32-quickgelu:openai]"],
    ):
        done = run("generate", "a fox", *names, *SMALL, VQCLIP_OFFLINE="1")
        assert done.returncode == 2
        assert "the network is switched off; fetch" in done.stderr
        assert "Traceback" not in done.stderr
    assert "hf download timm/vit_base_patch32_clip_224.openai" in done.stderr
    assert "models--timm--vit_base_patch32_clip_224.openai" in done.stderr
    assert not server.seen


@pytest.fixture
def local_hub(server, monkeypatch, tmp_path) -> Path:
    """The hub's client, within this process, on this machine's hub; its cache."""
    monkeypatch.setattr(constants, "ENDPOINT", server.root)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        server.root + "/{repo_id}/resolve/{revision}/{filename}",
    )
    for name in ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "models"


def test_features_are_open_clips_own(server, local_hub, tmp_path) -> None:
    perceptor, weights = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert weights.is_relative_to(local_hub / "hub")
    model = open_clip.create_model_from_pretrained(
        f"local-dir:{tmp_path / 'source'}", return_transform=False
    )
    cutouts = torch.rand(3, 3, 32, 32)
    mean, std = (torch.tensor(PREPROCESS[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    expected = model.eval().encode_image((cutouts - mean) / std, normalize=True)
    assert torch.equal(perceptor.encode_image(cutouts), expected)


@pytest.mark.parametrize(
    ("code", "message"),
    [(404, "has no open_clip_model"), (401, "no repository"), (500, "download of .* failed")],
)
def test_failures_of_the_hub_are_sentences(server, local_hub, code, message) -> None:
    def fail(handler: servers.Handler, _: bytes) -> None:
        errors = {404: "EntryNotFound", 401: "RepoNotFound"}
        handler.fail(code, X_Error_Code=errors.get(code, "Busy"))

    server.put_hub("a/b", dict.fromkeys(hub.WEIGHTS_FILES, b""), fail)
    with pytest.raises(CheckpointError, match=message):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)


def test_a_hub_out_of_reach_is_a_sentence(server, local_hub, monkeypatch) -> None:
    server.server_close()
    with pytest.raises(CheckpointError, match=r"cannot be reached; fetch it on any machine"):
        load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)


def test_weights_that_are_none_are_a_sentence(server, local_hub, tmp_path) -> None:
    config = (tmp_path / "source" / hub.CONFIG).read_bytes()
    server.put_hub("a/b", {hub.CONFIG: config, WEIGHTS: b"<!DOCTYPE html>"})
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)
    server.put_hub("a/c", {WEIGHTS: b"x"})
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
    server, local_hub, tmp_path, monkeypatch, quick
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


def test_a_name_takes_weights_from_a_file(server, tmp_path, monkeypatch) -> None:
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


def test_no_tag_of_open_clip_can_miss_its_activation() -> None:
    """Weights trained with QuickGELU always get it; plain ones never do by a name that lies."""
    for name, tag in open_clip.list_pretrained():
        settings = open_clip.get_pretrained_cfg(name, tag)
        assert settings["hf_hub"], (name, tag)
        built = open_clip.get_model_config(name).get("quick_gelu", False)
        if built and not settings.get("quick_gelu"):
            assert "quickgelu" not in name  # the architecture's own, with one set of weights


def test_busy_hub_then_well(server, local_hub) -> None:
    content = server.contents[f"/{REPO}/resolve/main/{WEIGHTS}"]
    server.put_hub(REPO, {WEIGHTS: content}, status(503), servers.serve_hub)
    try:
        load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    except CheckpointError as error:
        assert "start again to go on" in str(error)
    perceptor, _ = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert perceptor.size == 32
