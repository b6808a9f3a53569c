"""What a VQGAN is built from, read from the shapes of its tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from vqclip.errors import CheckpointError

NOMINAL_RESOLUTION = 256
"""Only names the level at which attention sits; images of any size are encoded and decoded."""

GROUPS = 32
"""Of the group normalisation in every block: widths are multiples of it."""

LIMITS = {
    "levels": 8,
    "num_res_blocks": 8,
    "ch": 1024,
    "widest": 8192,
    "codes": 1 << 20,
    "embed_dim": 4096,
    "z_channels": 4096,
}
"""Several times what any published model has; beyond, a file is damaged or means harm."""


@dataclass(frozen=True)
class Architecture:
    """What taming's `Encoder` and `Decoder` and our quantiser are built from."""

    gumbel: bool
    codes: int
    embed_dim: int
    mid_attention: bool
    z_channels: int
    ch: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]

    @property
    def factor(self) -> int:
        """Pixels per latent cell along a side."""
        return int(2 ** (len(self.ch_mult) - 1))

    def ddconfig(self) -> dict[str, Any]:
        """The keyword arguments of taming's `Encoder` and `Decoder`."""
        shared = ("z_channels", "ch", "ch_mult", "num_res_blocks", "attn_resolutions")
        chosen = {key: value for key, value in asdict(self).items() if key in shared}
        fixed = {"double_z": False, "in_channels": 3, "out_ch": 3, "dropout": 0.0}
        return {**chosen, **fixed, "resolution": NOMINAL_RESOLUTION}

    def __str__(self) -> str:
        kind = "Gumbel codebook" if self.gumbel else "codebook"
        return f"{kind} {self.codes} x {self.embed_dim}, f = {self.factor}"


def infer_architecture(tensors: Mapping[str, Tensor]) -> Architecture:
    """Read the architecture from the shapes of taming's tensors; names and yaml can mislead.

    Raises:
        CheckpointError: a tensor every VQGAN has is missing, the images are not RGB, or a size is
            beyond reason.
    """
    try:
        architecture = _infer(tensors)
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        raise CheckpointError(
            f"these are not the weights of a VQGAN in taming's layout (no usable {error})"
        ) from error
    channels = tensors["encoder.conv_in.weight"].shape[1]
    if channels != 3:
        raise CheckpointError(f"the VQGAN takes {channels}-channel images; only RGB is drawn")
    _check_sizes(architecture)
    return architecture


def _infer(tensors: Mapping[str, Tensor]) -> Architecture:
    levels = _count(tensors, r"encoder\.down\.(\d+)\.")
    gumbel = "quantize.proj.weight" in tensors
    codes, embed_dim = tensors[f"quantize.{'embed' if gumbel else 'embedding'}.weight"].shape
    ch = tensors["encoder.conv_in.weight"].shape[0]
    # Stops at the first missing level, however many the largest number pretends there are.
    widths = [tensors[f"encoder.down.{k}.block.0.conv1.weight"].shape[0] for k in range(levels)]
    return Architecture(
        gumbel=gumbel,
        codes=codes,
        embed_dim=embed_dim,
        mid_attention="encoder.mid.attn_1.q.weight" in tensors,
        z_channels=tensors["decoder.conv_in.weight"].shape[1],
        ch=ch,
        ch_mult=tuple(width // ch for width in widths),
        num_res_blocks=_count(tensors, r"encoder\.down\.0\.block\.(\d+)\."),
        attn_resolutions=tuple(
            NOMINAL_RESOLUTION >> k
            for k in range(levels)
            if f"encoder.down.{k}.attn.0.q.weight" in tensors
        ),
    )


def _count(tensors: Mapping[str, Tensor], pattern: str) -> int:
    numbers = [int(match[1]) for key in tensors if (match := re.match(pattern, key))]
    if not numbers:
        raise KeyError(pattern.replace("\\", "").replace("(d+)", "N"))
    return 1 + max(numbers)


def _check_sizes(architecture: Architecture) -> None:
    values = {**asdict(architecture), "levels": len(architecture.ch_mult)}
    values["widest"] = architecture.ch * max(architecture.ch_mult)
    for name, most in LIMITS.items():
        if not 1 <= values[name] <= most:
            raise CheckpointError(
                f"a VQGAN with {name} {values[name]:,} is refused: 1 to {most:,} is allowed"
            )
    if architecture.ch % GROUPS or min(architecture.ch_mult) < 1:
        raise CheckpointError(
            f"a VQGAN of width {architecture.ch} is refused: its blocks normalise over "
            f"{GROUPS} groups, so widths are multiples of {GROUPS}"
        )
