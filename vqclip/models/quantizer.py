"""Nearest-code look-up, and the plain and the Gumbel codebook behind one `codebook`.

Parameter names are those of taming-transformers, so that its checkpoints load strictly.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

TOKENS_PER_CHUNK = 16_384
"""Tokens compared with the codebook at once: bounds the distance matrix, whatever the image."""


def nearest_codes(z: Tensor, codebook: Tensor) -> Tensor:
    """Return the indices (N,) of the codes (K, D) nearest to the vectors z (N, D).

    `argmin(|c|² − 2 z·c)`: the term |z|² does not change the order, and no one-hot is built.
    """
    square = codebook.pow(2).sum(dim=1)  # (K,)
    chunks = [
        torch.addmm(square, part, codebook.T, alpha=-2).argmin(dim=1)
        for part in torch.split(z, TOKENS_PER_CHUNK)
    ]
    return torch.cat(chunks)


def look_up(z: Tensor, codebook: Tensor) -> Tensor:
    """Replace every vector of z (B, D, h, w) by its nearest code (same shape)."""
    batch, dim, height, width = z.shape
    tokens = z.permute(0, 2, 3, 1).reshape(-1, dim)  # (B·h·w, D)
    codes = codebook[nearest_codes(tokens, codebook)]  # (B·h·w, D)
    return codes.view(batch, height, width, dim).permute(0, 3, 1, 2)  # (B, D, h, w)


class VectorQuantizer(nn.Module):
    """The plain codebook of VQ-VAE (arXiv:1711.00937) and VQGAN (arXiv:2012.09841)."""

    def __init__(self, codes: int, dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(codes, dim)

    @property
    def codebook(self) -> Tensor:
        """The codes (K, D)."""
        return self.embedding.weight

    def encode(self, features: Tensor) -> Tensor:
        """Features (B, D, h, w) are latents already."""
        return features

    def forward(self, z: Tensor) -> Tensor:
        """Quantise z (B, D, h, w) to the nearest codes (same shape)."""
        return look_up(z, self.codebook)


class GumbelQuantizer(nn.Module):
    """The Gumbel-softmax codebook of taming's `GumbelVQ` (arXiv:1611.01144)."""

    def __init__(self, codes: int, dim: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(dim, codes, 1)
        self.embed = nn.Embedding(codes, dim)

    @property
    def codebook(self) -> Tensor:
        """The codes (K, D)."""
        return self.embed.weight

    def encode(self, features: Tensor) -> Tensor:
        """Turn features (B, D, h, w) into their likeliest codes; taming would sample them."""
        logits: Tensor = self.proj(features)
        return self.codebook[logits.argmax(dim=1)].permute(0, 3, 1, 2)  # (B, D, h, w)

    def forward(self, z: Tensor) -> Tensor:
        """Quantise z (B, D, h, w) to the nearest codes (same shape)."""
        return look_up(z, self.codebook)
