"""The codebook in training: k-means for its start, moving averages, dead codes brought back."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from vqclip.models.quantizer import nearest_codes

DEAD = 0.03
"""Share of the tokens that a code has on average, below which it is dead."""


def k_means(tokens: Tensor, count: int, generator: torch.Generator, *, rounds: int = 12) -> Tensor:
    """Find `count` centres (K, D) of tokens (N, D) by Lloyd's rounds; N at least `count`.

    The first centres are chosen one by one among the tokens far from the others (k-means++, Arthur
    and Vassilvitskii 2007), a centre without tokens is put on a random one.
    """
    centres = _spread(tokens, count, generator)
    for _ in range(rounds):
        indices = nearest_codes(tokens, centres)
        sizes = torch.bincount(indices, minlength=count)  # (K,)
        sums = torch.zeros_like(centres).index_add_(0, indices, tokens)
        others = tokens[_draw(len(tokens), count, generator).to(tokens.device)]
        full = (sizes > 0)[:, None]
        centres = torch.where(full, sums / sizes.clamp_min(1)[:, None], others)
    return centres


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
    """Return the indices (K, count) of the codes nearest to each of the codes (K, D) but itself.

    Args:
        codebook: the codes.
        count: at most all others.
        of: indices of the only codes whose neighbors are looked for; the other rows are zeros.
    """
    rows = torch.arange(len(codebook), device=codebook.device) if of is None else of
    distance = torch.cdist(codebook[rows], codebook)
    distance[torch.arange(len(rows), device=rows.device), rows] = torch.inf
    found = distance.topk(min(count, len(codebook) - 1), largest=False).indices
    return found.new_zeros(len(codebook), found.shape[1]).index_copy_(0, rows, found)


def disturb(indices: Tensor, near: Tensor, share: Tensor, generator: torch.Generator) -> Tensor:
    """Replace some codes (B, N) by one of their neighbors, a share (B,) of those of each picture.

    A decoder that has seen wrong codes draws cleaner pictures from codes that no encoder made
    (Qiu et al. 2025, arXiv:2503.08354).
    """
    chosen = torch.rand(indices.shape, generator=generator).to(share) < share[:, None]
    which = _draw(near.shape[1], indices.numel(), generator).view(indices.shape)
    others = near[indices, which.to(indices)]
    return torch.where(chosen, others, indices)


class MovingCodebook:
    """Codes as moving averages of the tokens nearest to them (arXiv:1711.00937, appendix A.1).

    Attributes:
        codes: the tensor (K, D) that is kept up to date in place.
    """

    def __init__(self, codes: Tensor, *, decay: float) -> None:
        self.codes, self.decay = codes, decay
        self.counts = torch.ones_like(codes[:, 0])  # (K,), tokens per step
        self.sums = codes.clone()  # (K, D)

    @torch.no_grad()
    def start(self, centres: Tensor) -> None:
        """Begin with centres (K, D)."""
        self.codes.copy_(centres)
        self.counts.fill_(1)
        self.sums.copy_(centres)

    @torch.no_grad()
    def update(self, tokens: Tensor, indices: Tensor) -> None:
        """Move the codes towards the tokens (N, D) that were given these indices (N,)."""
        share = 1 - self.decay
        found = torch.bincount(indices, minlength=len(self.codes)).to(self.counts)
        self.counts.mul_(self.decay).add_(found, alpha=share)
        self.sums.mul_(self.decay).index_add_(0, indices, tokens, alpha=share)
        self.codes.copy_(self.sums / self.counts.clamp_min(1e-3)[:, None])

    @torch.no_grad()
    def revive(self, tokens: Tensor, generator: torch.Generator) -> int:
        """Put dead codes on random tokens (N, D); return how many there were."""
        usual = self.counts.mean()
        dead = (self.counts < DEAD * usual).nonzero()[:, 0]
        chosen = _draw(len(tokens), len(dead), generator).to(tokens.device)
        self.codes[dead] = tokens[chosen]
        self.counts[dead] = usual
        self.sums[dead] = usual * tokens[chosen]
        return len(dead)

    def state_dict(self) -> dict[str, Tensor]:
        """The averages; the codes are the model's."""
        return {"counts": self.counts, "sums": self.sums}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state_dict` returned."""
        self.counts.copy_(state["counts"])
        self.sums.copy_(state["sums"])
