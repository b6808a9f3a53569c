"""The prior: from a perceptor's embedding of a text to its embeddings of pictures of that text.

Text and pictures of a CLIP lie apart, so a text is a poor model of how a picture looks to it. As in
the first half of DALL-E 2 (Ramesh et al. 2022, arXiv:2204.06125), a model of its own draws the
embedding of a picture, given that of a text; here by rectified flow (Liu et al. 2022,
arXiv:2209.03003) instead of diffusion.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.config.choices import MINI
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.files.paths import user_path
from vqclip.machine.memory import pass_on
from vqclip.models.shipped import MINI_PRIOR

PRIOR_FILE = "prior.safetensors"
"""File of the prior in the folder of its perceptor."""
STEPS = 16
"""Steps of Euler's method from noise to an embedding."""
FREQUENCIES = 16
"""Pairs of sines and cosines that tell the network the time."""


class Block(nn.Module):
    """A residual block of two linear layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, width) to (N, width)."""
        moved: Tensor = self.second(F.silu(self.first(self.norm(x))))
        return x + moved


class TextPrior(nn.Module):
    """A rectified flow from noise to the embeddings of pictures of a text.

    Args:
        dim: of the embeddings.
        width: of the network.
        blocks: number of residual blocks.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, dim: int, width: int, blocks: int) -> None:
        super().__init__()
        self.dim = dim
        self.into = nn.Linear(2 * dim + 2 * FREQUENCIES, width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, dim)
        # Of the embeddings of pictures: the network computes in these units.
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("deviation", torch.ones(()))

    def forward(self, x: Tensor, time: Tensor, texts: Tensor) -> Tensor:
        """Return the velocity (N, E) at points x (N, E) and times (N,) in [0, 1].

        Args:
            x: between noise, at time 0, and embeddings of pictures in their own units, at time 1.
            time: of each point.
            texts: unit vectors (N, E).
        """
        powers = torch.arange(FREQUENCIES, device=x.device)
        angles = time[:, None] * math.pi * 2.0 ** (powers / 4)  # (N, F)
        scaled = texts * math.sqrt(self.dim)
        hidden = self.into(torch.cat([x, scaled, angles.sin(), angles.cos()], dim=1))
        for block in self.blocks:
            hidden = block(hidden)
        velocity: Tensor = self.out(self.norm(hidden))
        return velocity

    @torch.no_grad()
    def sample(self, texts: Tensor, noise: Tensor, *, spread: float) -> Tensor:
        """Draw embeddings of pictures: unit vectors (N, E).

        Args:
            texts: unit vectors (N, E).
            noise: standard normal (N, E).
            spread: factor of the noise; 0: the middle of the distribution, 1: all of it.
        """
        x = noise * spread
        for step in range(STEPS):
            time = x.new_full((len(x),), step / STEPS)
            x = x + self(x, time, texts) / STEPS
        return F.normalize(x * self.deviation + self.mean, dim=-1)


def write_prior(path: Path, prior: TextPrior, perceptor: str) -> None:
    """Write a prior in half precision, with the SHA-256 of the weights of its perceptor."""
    tensors = {
        name: tensor.detach().half().cpu().contiguous()
        for name, tensor in prior.state_dict().items()
    }
    save_file(tensors, path, metadata={"perceptor": perceptor})


def read_prior(path: Path, perceptor: str) -> TextPrior:
    """Read a prior, frozen, float32 on the CPU.

    Args:
        path: what `write_prior` wrote.
        perceptor: SHA-256 of the weights of the perceptor that it is to be used with.

    Raises:
        CheckpointError: it is missing, damaged, or belongs to another perceptor.
    """
    try:
        with safe_open(path, framework="pt") as file:
            owner = (file.metadata() or {})["perceptor"]
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        width, dim = tensors["into.weight"].shape[0], tensors["mean"].shape[0]
        blocks = sum(name.endswith(".first.weight") for name in tensors)
        prior = TextPrior(dim, width, blocks)
        prior.load_state_dict(tensors)
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        pass_on(error)
        raise CheckpointError(f"{path} is not a prior of a perceptor: {error}") from error
    if owner != perceptor:
        raise CheckpointError(
            f"{path} belongs to another perceptor ({owner[:12]}) than the one loaded "
            f"({perceptor[:12]}); train it again with python -m vqclip.training.prior"
        )
    return prior.eval().requires_grad_(False)


def prior_file(perceptor: str) -> Path | None:
    """Return the file of the prior of a perceptor, by the perceptor's name; None: it has none."""
    path = MINI_PRIOR if perceptor == MINI else user_path(perceptor) / PRIOR_FILE
    return path if path.is_file() else None


def find_prior(perceptor: str, weights: str, device: torch.device) -> TextPrior | None:
    """Return the prior of a perceptor on a device; None: it has none.

    Args:
        perceptor: its name, as the user wrote it.
        weights: SHA-256 of its weights.
        device: where the prior computes.

    Raises:
        CheckpointError: its file is damaged, or belongs to other weights.
    """
    path = prior_file(perceptor)
    return None if path is None else _loaded(path, sha256(path), weights, device)


@lru_cache(maxsize=4)
def _loaded(path: Path, own: str, weights: str, device: torch.device) -> TextPrior:
    """Read a prior once; `own` is its hash, so that a file that changed is read again."""
    return read_prior(path, weights).to(device)
