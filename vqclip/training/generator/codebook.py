"""The codebook in training: k-means to begin with, moving averages, dead codes revived."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from vqclip.models.quantizer import nearest_codes

DEAD = 0.03
"""A code is dead if it has less than this share of the tokens that a code has on average."""


def k_means(tokens: Tensor, count: int, generator: torch.Generator, *, rounds: int = 12) -> Tensor:
    """Return `count` cluster centers (K, D) of tokens (N, D), N at least `count`.

    Lloyd's algorithm. The first centers are drawn among tokens far from those drawn before
    (k-means++, Arthur and Vassilvitskii 2007); a center without tokens moves to a random token.
    """
    centers = _spread(tokens, count, generator)
    for _ in range(rounds):
        indices = nearest_codes(tokens, centers)
        sizes = torch.bincount(indices, minlength=count)  # (K,)
        sums = torch.zeros_like(centers).index_add_(0, indices, tokens)
        others = tokens[_draw(len(tokens), count, generator).to(tokens.device)]
        full = (sizes > 0)[:, None]
        centers = torch.where(full, sums / sizes.clamp_min(1)[:, None], others)
    return centers


def _spread(tokens: Tensor, count: int, generator: torch.Generator) -> Tensor:
    chosen = _draw(len(tokens), 1, generator).tolist()
    distance = torch.full_like(tokens[:, 0], torch.inf)
    for draw in torch.rand(count - 1, generator=generator, dtype=torch.float64).tolist():
        distance = torch.minimum(distance, (tokens - tokens[chosen[-1]]).square().sum(dim=1))
        total = distance.double().cumsum(dim=0)
        chosen.append(min(int(torch.searchsorted(total, draw * total[-1])), len(tokens) - 1))
    return tokens[torch.tensor(chosen, device=tokens.device)]


def _draw(bound: int, count: int, generator: torch.Generator) -> Tensor:
    return torch.randint(bound, (count,), generator=generator)


def neighbors(codebook: Tensor, count: int, of: Tensor | None = None) -> Tensor:
    """Return the indices (K, count) of the nearest other codes of each of the codes (K, D).

    Args:
        codebook: the codes.
        count: how many, at most all others.
        of: indices of the codes whose neighbors are wanted, the other rows being zeros; none: all.
    """
    rows = torch.arange(len(codebook), device=codebook.device) if of is None else of
    distance = torch.cdist(codebook[rows], codebook)
    distance[torch.arange(len(rows), device=rows.device), rows] = torch.inf
    nearest = distance.topk(min(count, len(codebook) - 1), largest=False).indices
    return nearest.new_zeros(len(codebook), nearest.shape[1]).index_copy_(0, rows, nearest)


def disturb(indices: Tensor, near: Tensor, share: Tensor, generator: torch.Generator) -> Tensor:
    """Replace some code indices (B, N) by neighbors, a share (B,) of those of each picture.

    A decoder that has learned from wrong codes draws cleaner pictures from codes that no encoder
    produced (Qiu et al. 2025, arXiv:2503.08354).
    """
    chosen = torch.rand(indices.shape, generator=generator).to(share) < share[:, None]
    which = _draw(near.shape[1], indices.numel(), generator).view(indices.shape)
    others = near[indices, which.to(indices)]
    return torch.where(chosen, others, indices)


class MovingCodebook:
    """Codes as moving averages of the tokens nearest to them (arXiv:1711.00937, appendix A.1).

    Attributes:
        codes: the tensor (K, D), which is updated in place.
    """

    def __init__(self, codes: Tensor, *, decay: float) -> None:
        self.codes, self.decay = codes, decay
        self.counts = torch.ones_like(codes[:, 0])  # (K,), tokens per step
        self.sums = codes.clone()  # (K, D)

    @torch.no_grad()
    def start(self, centers: Tensor) -> None:
        """Begin with cluster centers (K, D)."""
        self.codes.copy_(centers)
        self.counts.fill_(1)
        self.sums.copy_(centers)

    @torch.no_grad()
    def update(self, tokens: Tensor, indices: Tensor) -> None:
        """Move the codes towards the tokens (N, D) whose nearest codes have these indices (N,)."""
        share = 1 - self.decay
        counts = torch.bincount(indices, minlength=len(self.codes)).to(self.counts)
        self.counts.mul_(self.decay).add_(counts, alpha=share)
        self.sums.mul_(self.decay).index_add_(0, indices, tokens, alpha=share)
        self.codes.copy_(self.sums / self.counts.clamp_min(1e-3)[:, None])

    @torch.no_grad()
    def revive(self, tokens: Tensor, generator: torch.Generator) -> int:
        """Move dead codes to random tokens (N, D); return how many there were."""
        usual = self.counts.mean()
        dead = (self.counts < DEAD * usual).nonzero()[:, 0]
        chosen = _draw(len(tokens), len(dead), generator).to(tokens.device)
        self.codes[dead] = tokens[chosen]
        self.counts[dead] = usual
        self.sums[dead] = usual * tokens[chosen]
        return len(dead)

    def state_dict(self) -> dict[str, Tensor]:
        """Return the averages; the codes themselves belong to the model."""
        return {"counts": self.counts, "sums": self.sums}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state_dict` returned."""
        self.counts.copy_(state["counts"])
        self.sums.copy_(state["sums"])
