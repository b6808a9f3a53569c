"""Perceptors and generators from a hub that runs on this machine."""

from __future__ import annotations

import hashlib
import json
import signal
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
from vqclip import recipe
from vqclip.cli import main
from vqclip.errors import CheckpointError
from vqclip.models import hub
from vqclip.models.catalogue import vqgans
from vqclip.models.perceptor import load_perceptor

REPO, GENERATOR = "someone/tiny-clip", "someone/tiny-vqgan"
FILE = "diffusion_pytorch_model.bin"
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    folder = write_clip(tmp_path / "source")
    torch.save(diffusers(taming_tensors()), tmp_path / "vqgan.bin")
    with servers.running() as one:
        one.put_hub(REPO, {path.name: path.read_bytes() for path in folder.iterdir()})
        generator = (tmp_path / "vqgan.bin").read_bytes()
        one.put_hub(GENERATOR, {FILE: generator})
        yield one


@pytest.fixture
def local_hub(server, monkeypatch, tmp_path) -> Path:
    """The hub's client, within this process, on this machine's hub; its cache."""
    monkeypatch.setattr(constants, "ENDPOINT", server.root)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        server.root + "/{repo_id}/resolve/{revision}/{filename}",
    )
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    for name in ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "models"


@pytest.fixture
def run(local_hub, monkeypatch, capsys, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line within this process: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGINT)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vqclip", *words, "--model-dir", str(local_hub)])
        with pytest.raises(SystemExit) as caught:
            main()
        signal.signal(signal.SIGINT, before)
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return call


def test_a_picture_is_drawn_with_models_of_the_hub_and_again_without_network(
    run, server, local_hub, tmp_path, monkeypatch
) -> None:
    names = [f"vqgan=hf-hub:{GENERATOR}/{FILE}", f"perceptors=[hf-hub:{REPO}]"]
    small = ["width=16", "height=16", "steps=1", "cutouts.count=1", "start.candidates=1"]
    code, out, err = run("generate", "a fox", *names, *small)
    assert code == 0, err
    assert f"{FILE}: 100%" in err  # the progress bar
    assert str(local_hub) not in recipe.read(Path(out.strip())).to_json()
    fetched = [path for command, path, _ in server.seen if command == "GET" and "resolve" in path]
    assert sum(path.endswith((WEIGHTS, FILE)) for path in fetched) == 2
    server.seen.clear()
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    code, again, err = run("replay", out.strip(), "-q")
    assert code == 0, err
    assert Path(again.strip()).read_bytes() == Path(out.strip()).read_bytes()
    assert not server.seen


def test_perceptors_are_downloaded_verified_and_removed(run, server, local_hub, tmp_path) -> None:
    name = f"hf-hub:{REPO}"
    assert "not downloaded" in run("models", "verify", name)[2]
    code, out, err = run("models", "download", name, "-q")
    assert code == 0, err
    assert Path(out.strip(), WEIGHTS).is_file()
    expected = hashlib.sha256((tmp_path / "source" / WEIGHTS).read_bytes()).hexdigest()
    assert f"right, sha256 {expected}" in run("models", "verify", name)[1]
    (blob,) = (path for path in local_hub.rglob(expected) if path.is_file())
    blob.write_bytes(b"x" + blob.read_bytes()[1:])
    code, _, err = run("models", "verify", name)
    assert (code, "is damaged" in err) == (2, True)
    assert "removed" in run("models", "rm", name)[2]
    assert not blob.exists()
    assert "was not here" in run("models", "rm", name)[2]


def test_generators_are_downloaded_verified_and_removed(run, server, local_hub) -> None:
    name = f"hf-hub:{GENERATOR}/{FILE}"
    assert "not downloaded" in run("models", "verify", name)[2]
    code, out, err = run("models", "download", name, "-q")
    assert (code, err) == (0, "")
    path = Path(out.strip())
    assert path.parent == local_hub
    assert "right, codebook 32 x 8" in run("models", "verify", name)[1]
    assert str(path) in run("models", "info", name)[1]
    assert "removed" in run("models", "rm", name)[2]
    assert not path.exists()
    assert "was not here" in run("models", "rm", name)[2]
    assert "not here; would be" in run("models", "info", name)[1]


def test_the_list_says_what_is_here_and_what_is_known(run, local_hub) -> None:
    local_hub.mkdir()
    (local_hub / "wikiart_1024.safetensors").touch()
    code, out, _ = run("models", "list")
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert code == 0
    assert set(vqgans()) <= set(lines)
    assert " here " in lines["wikiart_1024"]
    assert " here " not in lines["wikiart_16384"]
    assert "unverified" in lines["wikiart_16384"]
    assert "sha256 published" in lines["boris_f16_16384"]
    assert "no safe address" in lines["wikiart_7mil"]
    assert "ViT-B-32-quickgelu:openai" in lines


def test_info_of_models_by_name(run) -> None:
    out = run("models", "info", "gumbel_f8_8192")[1]
    assert "sha256 5cd6c74810ab97e00e942c25403f73afc081e8b19987b31ec0d9ff5b68e7ab14" in out
    assert "licence of the weights: none stated" in out
    assert "QuickGELU" in run("models", "info", "ViT-B-32:openai")[1]
    assert "by hand: find coco_first_stage.ckpt" in run("models", "info", "coco_first_stage")[1]
    for name in ("imagenet_f16_16834", "ViT-B-32:opnai", "hf-hub:x"):
        code, _, err = run("models", "info", name)
        assert code == 2
        assert err.startswith("vqclip: ")


@pytest.mark.parametrize(
    ("name", "repo"),
    [
        (f"hf-hub:{REPO}", REPO),
        ("ViT-B-32-quickgelu:openai", "timm/vit_base_patch32_clip_224.openai"),
    ],
)
def test_offline_says_which_files_go_where(server, local_hub, monkeypatch, name, repo) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="the network is switched off; fetch it") as caught:
        load_perceptor(name, model_dir=local_hub)
    assert f"hf download {repo}" in str(caught.value)
    assert f"models--{repo.replace('/', '--')}" in str(caught.value)
    assert str(local_hub / "hub") in str(caught.value)
    assert not server.seen


def test_features_are_open_clips_own(server, local_hub, tmp_path) -> None:
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
def test_failures_of_the_hub_are_sentences(server, local_hub, code, message) -> None:
    def fail(handler: servers.Handler, _: bytes) -> None:
        errors = {404: "EntryNotFound", 401: "RepoNotFound"}
        handler.fail(code, X_Error_Code=errors.get(code, "Busy"))

    server.put_hub("a/b", dict.fromkeys(hub.WEIGHTS_FILES, b""), fail)
    with pytest.raises(CheckpointError, match=message):
        load_perceptor("hf-hub:a/b", model_dir=local_hub)


def test_a_hub_out_of_reach_is_a_sentence(local_hub, monkeypatch) -> None:
    nobody = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody)
    with pytest.raises(CheckpointError, match=r"does not give it .*refused.*fetch it on any"):
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


def test_a_missing_package_is_named_before_anything_is_fetched(
    server, local_hub, monkeypatch
) -> None:
    monkeypatch.setattr("vqclip.models.perceptor.find_spec", lambda _: None)
    with pytest.raises(CheckpointError, match=r"pip install 'vqclip\[siglip\]'"):
        load_perceptor("ViT-B-16-SigLIP2-256:webli", model_dir=local_hub)
    assert not server.seen


def test_no_tag_of_open_clip_can_miss_its_activation() -> None:
    """Weights trained with QuickGELU always get it; plain ones never do by a name that lies."""
    for name, tag in open_clip.list_pretrained():
        settings = open_clip.get_pretrained_cfg(name, tag)
        assert settings["hf_hub"], (name, tag)
        built = open_clip.get_model_config(name).get("quick_gelu", False)
        if built and not settings.get("quick_gelu"):
            assert "quickgelu" not in name  # the architecture's own, with one set of weights


def test_a_hub_that_is_busy_for_a_moment_is_asked_again(server, local_hub) -> None:
    content = server.contents[f"/{REPO}/resolve/main/{WEIGHTS}"]
    server.put_hub(REPO, {WEIGHTS: content}, status(503), servers.serve_hub)
    perceptor, _ = load_perceptor(f"hf-hub:{REPO}", model_dir=local_hub)
    assert perceptor.size == 32
