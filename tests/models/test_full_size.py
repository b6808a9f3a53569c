"""A checkpoint of the published size and form: read within its memory, and right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from tests.models import server as servers
from tests.models.published import diffusers, net2net, save_with_callback
from tests.tiny import F16
from vqclip.models.taming import TamingVQGAN

MEASURE = """
import json, sys, time
from pathlib import Path
from vqclip.models.taming import TamingVQGAN
anonymous = lambda: next(
    int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("RssAnon")
)
before, start = anonymous(), time.perf_counter()
vqgan = TamingVQGAN.from_file(Path(sys.argv[1]))
print(json.dumps({
    "seconds": round(time.perf_counter() - start, 2), "own": anonymous() - before,
    "tensors": len(vqgan.state_dict()), "mean": float(vqgan.codebook.double().mean()),
}))
"""


def measure(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_full_checkpoints_take_the_memory_of_the_generator_alone(tmp_path) -> None:
    torch.manual_seed(0)
    vqgan = TamingVQGAN(F16)
    tensors = {key: value.clone() for key, value in vqgan.state_dict().items()}
    ballast = {"loss.ballast": torch.zeros(170_000_000), **tensors}  # 680 MB of losses and Adam
    save_with_callback(tmp_path / "f16-16384.ckpt", ballast)
    content = net2net(tensors)
    content["state_dict"]["transformer.ballast"] = torch.zeros(400_000_000)  # 1.6 GB
    torch.save(content, tmp_path / "net2net.ckpt")
    del content, ballast
    for name in ("f16-16384.ckpt", "net2net.ckpt"):
        found = measure(tmp_path / name)
        assert found["tensors"] == 343
        assert found["mean"] == float(vqgan.codebook.detach().double().mean())
        assert found["own"] < 400  # megabytes: the generator is 304


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
