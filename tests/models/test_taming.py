"""The VQGAN against taming's own modules, bit for bit."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from taming.modules.diffusionmodules.model import Decoder, Encoder
from torch import nn

from tests.models.published import diffusers, lightning, net2net, save_with_callback
from tests.tiny import ARCHITECTURE, F16, taming_tensors, write_vqgan
from vqclip.models.taming import TamingVQGAN


def test_encode_and_decode_are_tamings(tmp_path) -> None:
    vqgan = TamingVQGAN.from_file(write_vqgan(tmp_path))
    images = torch.rand(2, 3, 16, 8)
    z = vqgan.quant_conv(vqgan.encoder(images * 2 - 1))
    assert torch.equal(vqgan.encode(images), z)
    z_q = vqgan.quantize(z)
    assert torch.equal(vqgan.decode(z_q), (vqgan.decoder(vqgan.post_quant_conv(z_q)) + 1) / 2)


@pytest.mark.parametrize("gumbel", [False, True])
def test_pictures_are_those_of_tamings_modules(gumbel) -> None:
    architecture = replace(ARCHITECTURE, gumbel=gumbel, attn_resolutions=(128,))
    tensors = taming_tensors(architecture)
    ours = TamingVQGAN.from_tensors(tensors)
    with contextlib.redirect_stdout(io.StringIO()):
        encoder = Encoder(**architecture.ddconfig()).eval()
        decoder = Decoder(**architecture.ddconfig()).eval()
    convolutions = {"quant_conv": nn.Conv2d(8, 8, 1), "post_quant_conv": nn.Conv2d(8, 8, 1)}
    parts = {"encoder": encoder, "decoder": decoder, **convolutions}
    for name, part in parts.items():
        own = {k[len(name) + 1 :]: v for k, v in tensors.items() if k.startswith(f"{name}.")}
        part.load_state_dict(own, strict=True)
        part.requires_grad_(False)
    images = torch.rand(2, 3, 24, 16)
    z = convolutions["quant_conv"](encoder(images * 2 - 1))
    if not gumbel:
        assert torch.equal(ours.encode(images), z)
    z_q = ours.quantize(z)
    theirs = decoder(convolutions["post_quant_conv"](z_q))
    assert torch.equal(ours.decode(z_q), (theirs + 1) / 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"gumbel": True},
        {"mid_attention": False, "ch_mult": (1, 2, 2)},
        {"codes": 40, "embed_dim": 3, "z_channels": 3, "ch_mult": (1, 2, 4)},
        {"attn_resolutions": (64,), "ch_mult": (1, 1, 2), "num_res_blocks": 2},
    ],
    ids=["gumbel", "no-mid-attention", "latent-diffusion-f4", "attention-at-depth"],
)
@pytest.mark.parametrize("form", ["lightning", "diffusers"])
def test_every_architecture_is_read_in_both_layouts(tmp_path, changes, form) -> None:
    architecture = replace(ARCHITECTURE, **changes)
    tensors = taming_tensors(architecture)
    content = diffusers(tensors) if form == "diffusers" else tensors
    torch.save(lightning(content), tmp_path / "x.ckpt")
    (tmp_path / "x.yaml").write_text("model: {params: {n_embed: 7, embed_dim: 9}}")  # misleads
    vqgan = TamingVQGAN.from_file(tmp_path / "x.ckpt")
    assert vqgan.state_dict().keys() == tensors.keys()
    assert all(torch.equal(vqgan.state_dict()[key], tensors[key]) for key in tensors)
    assert not any(parameter.requires_grad for parameter in vqgan.parameters())
    images = torch.rand(1, 3, 2 * vqgan.factor, 3 * vqgan.factor)
    assert vqgan.decode(vqgan.quantize(vqgan.encode(images))).shape == images.shape


@pytest.mark.parametrize("prefix", ["", "first_stage_model."])
def test_lightning_checkpoints_load_without_what_is_not_the_generator(tmp_path, prefix) -> None:
    tensors = taming_tensors()
    content = {prefix + key: value for key, value in tensors.items()}
    content |= {"loss.discriminator.main.0.weight": torch.zeros(1), "transformer.x": torch.ones(1)}
    path = tmp_path / "last.ckpt"
    torch.save({"state_dict": content, "epoch": 3, "optimizer_states": [{}]}, path)
    found = TamingVQGAN.from_file(path).state_dict()
    assert all(torch.equal(found[key], value) for key, value in tensors.items())


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
