"""The latent: what is optimised. A plain `z`, or a sum of resolutions.

    z = base + deviation · Σ_k falloff^k · upsample(p_k)

p_0 is the coarsest (down to one cell), the last has every cell of z. Coarse levels move large
areas together, so composition comes first and detail after (Fort and Whitaker 2025,
arXiv:2502.07753, for pixels). With one level this is the plain latent of 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from vqclip.engine.gradients import straight_through
from vqclip.engine.resample import WRAP, upsampling_matrix
from vqclip.models.protocols import Generator, LatentUnits


def level_sizes(height: int, width: int, levels: int) -> list[tuple[int, int]]:
    """Return (cells high, cells wide) of each level, coarsest first, halving from the finest."""
    sizes = [(height, width)]
    while len(sizes) < levels and max(sizes[-1]) > 1:
        last = sizes[-1]
        sizes.append((-(-last[0] // 2), -(-last[1] // 2)))
    return sizes[::-1]


class Latent:
    """The latents z (B, D, h, w) of B images, as parameters of one or more resolutions.

    Args:
        base: where they start (B, D, h, w).
        units: what they are measured in, and the box z is kept in.
        levels: resolutions that are added; 1 is a plain latent.
        falloff: amplitude of each level, relative to the next coarser one.
        wrap: axes, `x`, `y` or `xy`, along which the latents go on at their other end.
    """

    def __init__(
        self, base: Tensor, units: LatentUnits, *, levels: int, falloff: float, wrap: str = ""
    ) -> None:
        batch, dim, height, width = base.shape
        sizes = level_sizes(height, width, levels)
        self.base, self.units = base.detach().clone(), units
        self.levels, self.falloff = levels, falloff
        self.amplitudes = [falloff**level for level in range(len(sizes))]
        down, across = (WRAP if axis in wrap else "edge" for axis in "yx")
        self.stretch = [
            (
                upsampling_matrix(h, height, base, padding=down),
                upsampling_matrix(w, width, base, padding=across),
            )
            for h, w in sizes
        ]
        self.parameters = [
            torch.zeros(batch, dim, h, w, device=base.device, requires_grad=True) for h, w in sizes
        ]

    def __len__(self) -> int:
        return len(self.base)

    def z(self) -> Tensor:
        """Return the latents (B, D, h, w), with a gradient to every level."""
        total = self.base
        for amplitude, (rows, columns), level in zip(
            self.amplitudes, self.stretch, self.parameters, strict=True
        ):
            last = level.shape[-2:] == total.shape[-2:]
            wide = level if last else rows @ level @ columns.T  # (B, D, h, w)
            total = total + self.units.deviation * amplitude * wide
        return total

    @torch.no_grad()
    def perturb_(self, noise: Sequence[Tensor], strength: float) -> None:
        """Add normal noise (B, D, h_k, w_k) to every level, in units of its amplitude."""
        for level, drawn in zip(self.parameters, noise, strict=True):
            level.add_(drawn, alpha=strength)

    @torch.no_grad()
    def project_(self) -> None:
        """Move z back into its box, by the least change of the finest level."""
        z = self.z()
        excess = z - z.clamp(self.units.low, self.units.high)
        self.parameters[-1].sub_(excess / (self.units.deviation * self.amplitudes[-1]))

    @torch.no_grad()
    def hold_(self, cells: Tensor) -> None:
        """Move z back to where it started in some cells (h, w), 1 where, by the finest level."""
        change = (self.z() - self.base) * cells
        self.parameters[-1].sub_(change / (self.units.deviation * self.amplitudes[-1]))

    @torch.no_grad()
    def rebase_(self, z: Tensor) -> None:
        """Start again from latents z (B, D, h, w), with the same parameters, now 0.

        An optimiser of the parameters keeps its moments.
        """
        self.base = z.detach().clone()
        for level in self.parameters:
            level.zero_()

    def resized(self, base: Tensor, *, wrap: str) -> Latent:
        """Return latents like these that start from others (B, D, h, w), of any size."""
        return Latent(base, self.units, levels=self.levels, falloff=self.falloff, wrap=wrap)

    @torch.no_grad()
    def select(self, rows: Tensor) -> None:
        """Keep some images of the batch; the parameters are new tensors afterwards."""
        self.base = self.base[rows]
        self.parameters = [level.detach()[rows].requires_grad_(True) for level in self.parameters]

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "base": self.base.clone(),
            "levels": [level.detach().clone() for level in self.parameters],
        }

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.base = state["base"].to(self.base)
        for level, saved in zip(self.parameters, state["levels"], strict=True):
            level.copy_(saved)


def quantize(generator: Generator, z: Tensor) -> Tensor:
    """Return the nearest codes of z (same shape), with the gradient passed straight through."""
    return straight_through(generator.quantize(z.detach()), z)
