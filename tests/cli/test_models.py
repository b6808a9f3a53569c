"""`vqclip models`, and drawing with models of a hub that runs on this machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from tests.models import server as servers
from tests.models.fetching import FILE, GENERATOR, REPO, WEIGHTS
from tests.models.published import diffusers
from tests.tiny import F16
from vqclip.models.convert import convert
from vqclip.models.fetch.catalogue import catalogue
from vqclip.models.shipped import MINI_FOLDER
from vqclip.models.taming import TamingVQGAN
from vqclip.outputs import recipe


def test_a_picture_is_drawn_with_models_of_the_hub_and_again_without_network(
    run_on_hub, hub_server, local_hub, tmp_path, monkeypatch
) -> None:
    names = [f"vqgan=hf-hub:{GENERATOR}/{FILE}", f"perceptors=[hf-hub:{REPO}]"]
    small = ["width=16", "height=16", "steps=1", "cutouts.count=1", "start.candidates=1"]
    code, out, err = run_on_hub("generate", "a fox", *names, *small)
    assert code == 0, err
    assert f"{FILE}: 100%" in err  # the progress bar
    assert str(local_hub) not in recipe.read(Path(out.strip())).to_json()
    fetched = [
        path for command, path, _ in hub_server.seen if command == "GET" and "resolve" in path
    ]
    assert sum(path.endswith((WEIGHTS, FILE)) for path in fetched) == 2
    hub_server.seen.clear()
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    code, again, err = run_on_hub("replay", out.strip(), "-q")
    assert code == 0, err
    assert Path(again.strip()).read_bytes() == Path(out.strip()).read_bytes()
    assert not hub_server.seen


def test_perceptors_are_downloaded_verified_and_removed(
    run_on_hub, hub_server, local_hub, tmp_path
) -> None:
    name = f"hf-hub:{REPO}"
    assert "not downloaded" in run_on_hub("models", "verify", name)[2]
    code, out, err = run_on_hub("models", "download", name, "-q")
    assert code == 0, err
    weights = Path(out.strip(), WEIGHTS)
    assert weights.is_file()
    assert f"downloaded: {weights}" in run_on_hub("models", "info", name)[1]
    expected = hashlib.sha256((tmp_path / "source" / WEIGHTS).read_bytes()).hexdigest()
    assert f"verified, sha256 {expected}" in run_on_hub("models", "verify", name)[1]
    (blob,) = (path for path in local_hub.rglob(expected) if path.is_file())
    blob.write_bytes(b"x" + blob.read_bytes()[1:])
    code, _, err = run_on_hub("models", "verify", name)
    assert (code, "is damaged" in err) == (2, True)
    assert "removed" in run_on_hub("models", "rm", name)[2]
    assert not blob.exists()
    assert "was not downloaded" in run_on_hub("models", "rm", name)[2]


def test_generators_are_downloaded_verified_and_removed(run_on_hub, hub_server, local_hub) -> None:
    name = f"hf-hub:{GENERATOR}/{FILE}"
    assert "not downloaded" in run_on_hub("models", "verify", name)[2]
    code, out, err = run_on_hub("models", "download", name, "-q")
    assert (code, err) == (0, "")
    path = Path(out.strip())
    assert path.parent == local_hub
    assert "verified, codebook 32 x 8, f = 2, sha256 " in run_on_hub("models", "verify", name)[1]
    assert f"downloaded: {path}" in run_on_hub("models", "info", name)[1]
    assert "removed" in run_on_hub("models", "rm", name)[2]
    assert not path.exists()
    assert "was not downloaded" in run_on_hub("models", "rm", name)[2]
    assert f"not downloaded; would become: {path}" in run_on_hub("models", "info", name)[1]


def test_the_list_says_what_is_downloaded_and_what_is_known(run_on_hub, local_hub) -> None:
    local_hub.mkdir()
    (local_hub / "wikiart_1024.safetensors").touch()
    snapshot = local_hub / "hub/models--timm--vit_base_patch32_clip_224.openai/snapshots/0123"
    snapshot.mkdir(parents=True)
    (snapshot / WEIGHTS).touch()
    code, out, _ = run_on_hub("models", "list")
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert code == 0
    assert {*catalogue().vqgans, *catalogue().perceptors, "mini", "mini-judge"} == set(lines)
    found = {name for name, line in lines.items() if " downloaded " in line}
    assert found == {"wikiart_1024", "ViT-B-32-quickgelu:openai"}
    assert "unverified" in lines["wikiart_16384"]
    assert "sha256 published" in lines["boris_f16_16384"]
    assert "no safe address" in lines["wikiart_7mil"]


def test_the_list_loads_no_torch(tmp_path) -> None:
    code = (
        "import sys; from vqclip.cli import main\n"
        "sys.argv = ['vqclip', 'models', 'list']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'open_clip', 'requests', 'huggingface_hub.file_download', 'filelock'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    environment = {**os.environ, "VQCLIP_HOME": str(tmp_path), "HF_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_info_of_models_by_name(run_on_hub) -> None:
    out = run_on_hub("models", "info", "gumbel_f8_8192")[1]
    assert "architecture: Gumbel codebook 8192 x 256, f = 8" in out
    assert "sha256 5cd6c74810ab97e00e942c25403f73afc081e8b19987b31ec0d9ff5b68e7ab14" in out
    assert "licence of the weights: none stated" in out
    assert (
        "by hand: find coco_first_stage.ckpt" in run_on_hub("models", "info", "coco_first_stage")[1]
    )
    out = run_on_hub("models", "info", "ViT-B-32-quickgelu:openai")[1]
    assert "repository: timm/vit_base_patch32_clip_224.openai" in out
    assert "activation: QuickGELU" in out
    assert "memory: 605 MB" in out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("imagenet_f16_16834", "did you mean 'imagenet_f16_16384'?"),
        ("ViT-B-32:opnai", "did you mean 'openai'?"),
        ("hf-hub:x", "not of the form"),
        ("mini", "part of the package"),
    ],
)
def test_unknown_names_are_a_sentence(run_on_hub, name, message) -> None:
    code, _, err = run_on_hub("models", "info", name)
    assert code == 2
    assert err.startswith("vqclip: ")
    assert message in err


def test_convert_prints_the_new_file(command_line, tmp_path) -> None:
    source, target = MINI_FOLDER / "vqgan.safetensors", tmp_path / "slim.safetensors"
    code, out, err = command_line("models", "convert", str(source), str(target))
    assert (code, out) == (0, f"{target}\n")
    assert "codebook 4096 x" in err
    convert(source, tmp_path / "again.safetensors")
    assert target.read_bytes() == (tmp_path / "again.safetensors").read_bytes()
    code, _, err = command_line("models", "convert", str(source), str(target))
    assert (code, "already exists" in err) == (2, True)


@pytest.mark.slow
def test_the_imagenet_preset_downloads_once_and_draws(tmp_path) -> None:
    """Random weights of the published names, forms and sizes, from a hub on this machine."""
    source = tmp_path / "source"
    source.mkdir()
    torch.manual_seed(0)
    torch.save(diffusers(TamingVQGAN(F16).state_dict()), source / "vqgan.bin")
    clip = open_clip.create_model("ViT-B-32-quickgelu", load_weights=False)
    save_file(clip.state_dict(), source / "clip.safetensors")
    sizes = [path.stat().st_size for path in sorted(source.iterdir())]
    assert [round(size / 1e6) for size in sizes] == [605, 304]
    with servers.running() as server:
        server.put_hub(
            "xvjiarui/taming-vq-f16-n16384",
            {"diffusion_pytorch_model.bin": (source / "vqgan.bin").read_bytes()},
        )
        server.put_hub(
            "timm/vit_base_patch32_clip_224.openai",
            {"open_clip_model.safetensors": (source / "clip.safetensors").read_bytes()},
        )
        words = ["generate", "a lighthouse", "--preset", "imagenet", "steps=2", "--size", "64"]
        for again in (False, True):
            own = {
                "HF_ENDPOINT": server.root,
                "HF_HOME": str(tmp_path / "hf"),
                "VQCLIP_HOME": str(tmp_path / "home"),
                **({"VQCLIP_OFFLINE": "1", "HF_HUB_OFFLINE": "1"} if again else {}),
            }
            done = subprocess.run(
                [sys.executable, "-m", "vqclip", *words],
                cwd=tmp_path,
                env={**os.environ, **own},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert ("diffusion_pytorch_model.bin: 100%" in done.stderr) != again
            assert (tmp_path / done.stdout.strip()).is_file()
    kept = tmp_path / "home" / "models" / "imagenet_f16_16384.safetensors"
    assert round(kept.stat().st_size / 1e6) == 304
