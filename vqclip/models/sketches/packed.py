"""Matrices of 8-bit numbers for a CPU, which waits for weights more than it multiplies.

Writing a sketch reads every weight once for each cell. As 8-bit numbers they fit into the cache of
most processors, where float32 does not, and a sketch takes half of the time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vqclip.models.sketches.transformer import SketchTransformer

BLOCK = 32
"""Both sides of a matrix are multiples of it, or the matrix stays as it is."""


class PackedLinear(nn.Module):
    """A linear layer without bias, whose rows are 8-bit numbers with a scale.

    It multiplies in bfloat16, as in training.

    Args:
        whole: the matrix (M, N), int8.
        scale: of its rows (M,).
    """

    whole: Tensor
    scale: Tensor
    ones: Tensor

    def __init__(self, whole: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("whole", whole.contiguous())
        self.register_buffer("scale", scale.float())
        self.register_buffer("ones", torch.ones(len(scale), dtype=torch.bfloat16))

    def forward(self, x: Tensor) -> Tensor:
        """Multiply vectors (..., N), float32; return (..., M), float32."""
        flat = x.reshape(-1, x.shape[-1]).bfloat16()
        products: Tensor = torch._weight_int8pack_mm(  # noqa: SLF001
            flat, self.whole, self.ones
        )
        return (products.float() * self.scale).view(*x.shape[:-1], -1)


def can_pack(matrix: Tensor) -> bool:
    """Say whether a matrix can be packed here."""
    suits = not any(side % BLOCK for side in matrix.shape)
    return suits and hasattr(torch, "_weight_int8pack_mm")


def pack(transformer: SketchTransformer, matrices: dict[str, tuple[Tensor, Tensor]]) -> None:
    """Replace the layers of a model on the CPU by packed ones, as far as they can be packed.

    Args:
        transformer: to be changed.
        matrices: whole numbers (M, N) and scales (M,) by the names of the weights.
    """
    for name, (whole, scale) in matrices.items():
        if not can_pack(whole):
            continue
        if name == "codes.weight":
            transformer.head = PackedLinear(whole, scale)
        elif name.startswith("blocks."):
            place, _, layer = name.removesuffix(".weight").rpartition(".")
            setattr(transformer.get_submodule(place), layer, PackedLinear(whole, scale))
