"""Tiny random stand-ins of the models: the whole loop runs on them in a fraction of a second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.models.load import Models
from vqclip.models.protocols import LatentUnits
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import Architecture

ARCHITECTURE = Architecture(
    gumbel=False,
    codes=32,
    embed_dim=8,
    mid_attention=True,
    z_channels=8,
    ch=32,
    ch_mult=(1, 1),
    num_res_blocks=1,
    attn_resolutions=(),
)
F16 = Architecture(
    gumbel=False,
    codes=16384,
    embed_dim=256,
    mid_attention=True,
    z_channels=256,
    ch=128,
    ch_mult=(1, 1, 2, 2, 4),
    num_res_blocks=2,
    attn_resolutions=(16,),
)
"""The published VQGAN of ImageNet."""
CLIP = {
    "embed_dim": 16,
    "vision_cfg": {
        "image_size": 32,
        "layers": 1,
        "width": 32,
        "head_width": 16,
        "patch_size": 16,
    },
    "text_cfg": {
        "context_length": 16,
        "vocab_size": 49408,
        "width": 16,
        "heads": 2,
        "layers": 1,
    },
}
PREPROCESS = {
    "size": 32,
    "mode": "RGB",
    "mean": [0.5, 0.4, 0.3],
    "std": [0.2, 0.25, 0.3],
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}


class TinyVQGAN(nn.Module):
    """Three layers: 4-dimensional codes, 4 pixels a cell."""

    def __init__(self, codes: int = 16) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.factor = 4
        self.codes = nn.Parameter(torch.randn(codes, 4, generator=generator))
        self.colors = nn.Parameter(torch.randn(3, 4, generator=generator) / 4)
        self.requires_grad_(False)

    @property
    def device(self) -> torch.device:
        return self.codes.device

    @property
    def codebook(self) -> Tensor:
        return self.codes

    @property
    def units(self) -> LatentUnits:
        return LatentUnits.of_codebook(self.codes)

    def latent_shape(self, height: int, width: int) -> tuple[int, int, int]:
        return 4, height // self.factor, width // self.factor

    def encode(self, images: Tensor) -> Tensor:
        pooled = F.avg_pool2d(images, self.factor) - 0.5
        return torch.einsum("bchw,cd->bdhw", pooled, self.colors) * 4

    def quantize(self, z: Tensor) -> Tensor:
        flat = z.permute(0, 2, 3, 1)
        distance = (flat[..., None, :] - self.codes).square().sum(dim=-1)
        return self.codes[distance.argmin(dim=-1)].permute(0, 3, 1, 2)

    def decode(self, z_q: Tensor) -> Tensor:
        colors = torch.einsum("bdhw,cd->bchw", z_q, self.colors) + 0.5
        return F.interpolate(colors, scale_factor=self.factor, mode="nearest")


class TinyPerceptor(nn.Module):
    """Sees 2 x 2 areas of color; reads a text as a direction drawn from its characters."""

    def __init__(self, size: int = 8, seed: int = 0) -> None:
        super().__init__()
        self.size, self.context_length = size, 16
        generator = torch.Generator().manual_seed(seed)
        self.weight = nn.Parameter(torch.randn(12, 12, generator=generator), requires_grad=False)

    @property
    def logit_scale(self) -> float:
        return 20.0

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        rows = []
        for text in texts:
            generator = torch.Generator().manual_seed(sum(map(ord, text)))
            rows.append(torch.randn(12, generator=generator))
        return F.normalize(torch.stack(rows), dim=-1)

    def encode_image(self, cutouts: Tensor) -> Tensor:
        areas = F.adaptive_avg_pool2d(cutouts - 0.5, 2).flatten(1)  # (N, 12)
        return F.normalize(areas @ self.weight + 1e-3, dim=-1)

    def words_cut_off(self, text: str) -> str:
        return " ".join(text.split()[self.context_length - 2 :])

    def unknown_words(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in text.split() if word == "zarquon")

    def rare_words(self, text: str) -> dict[str, int]:
        return {word: 3 for word in text.split() if word == "quark"}


def tiny_models(*sizes: int) -> Models:
    """One tiny VQGAN and a tiny perceptor of each size."""
    perceptors = tuple(TinyPerceptor(size, seed) for seed, size in enumerate(sizes or (8,)))
    weights = tuple(1.0 / (1 + k) for k in range(len(perceptors)))
    return Models(TinyVQGAN(), perceptors, weights, {"vqgan tiny": "0" * 64})


def taming_tensors(architecture: Architecture = ARCHITECTURE) -> dict[str, Tensor]:
    """The random tensors of a real, small taming VQGAN."""
    torch.manual_seed(0)
    return {key: value.clone() for key, value in TamingVQGAN(architecture).state_dict().items()}


def write_vqgan(folder: Path, architecture: Architecture = ARCHITECTURE) -> Path:
    """Write a real, small taming checkpoint."""
    path = folder / "tiny.safetensors"
    save_file(taming_tensors(architecture), path)
    return path


def write_clip(folder: Path, **changes: Any) -> Path:
    """Write a real, small open_clip folder."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": {**CLIP, **changes}, "preprocess_cfg": PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(0)
    model = open_clip.model.CLIP(**CLIP)
    tensors = {key: value.contiguous() for key, value in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors")
    return folder
