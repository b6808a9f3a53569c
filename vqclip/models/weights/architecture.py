"""The architecture of a VQGAN, read from the shapes of its tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vqclip.errors import CheckpointError

if TYPE_CHECKING:  # the catalogue speaks of architectures too, and loads no torch
    from torch import Tensor

NOMINAL_RESOLUTION = 256
"""Side of the images, in pixels, by which the level of the attention is named, as taming does.
Images of any size are encoded and decoded."""

GROUPS = 32
"""Groups of the group normalisation in every block: widths are multiples of it."""

LIMITS = {
    "levels": 8,
    "num_res_blocks": 8,
    "ch": 1024,
    "widest": 8192,
    "codes": 1 << 20,
    "embed_dim": 4096,
    "z_channels": 4096,
}
"""Largest sizes, several times those of any published model; a file with more is damaged or
malicious."""


@dataclass(frozen=True)
class Signature:
    """The sizes that distinguish VQGANs at a glance.

    Attributes:
        codes: number of codes in the codebook, K.
        embed_dim: numbers in a code, D.
        factor: pixels per latent cell along a side, f.
        gumbel: whether the codebook is that of taming's `GumbelVQ`.
    """

    codes: int
    embed_dim: int
    factor: int
    gumbel: bool = False

    def __str__(self) -> str:
        kind = "Gumbel codebook" if self.gumbel else "codebook"
        return f"{kind} {self.codes} x {self.embed_dim}, f = {self.factor}"


@dataclass(frozen=True)
class Architecture:
    """The sizes from which a VQGAN is built, with taming's names where taming has one.

    Attributes:
        gumbel: whether the codebook is that of taming's `GumbelVQ`.
        codes: number of codes in the codebook, K.
        embed_dim: numbers in a code, D.
        mid_attention: whether the middle of encoder and decoder has attention.
        z_channels: channels before `quant_conv` and after `post_quant_conv`.
        ch: channels at full resolution.
        ch_mult: channels of each level, in multiples of `ch`, full resolution first.
        num_res_blocks: residual blocks of a level.
        attn_resolutions: sides of the levels with attention, for images of `NOMINAL_RESOLUTION`.
    """

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
        return 1 << (len(self.ch_mult) - 1)

    @property
    def latent_resolution(self) -> int:
        """Side of the latent, in cells, of an image of `NOMINAL_RESOLUTION`."""
        return NOMINAL_RESOLUTION // self.factor

    @property
    def signature(self) -> Signature:
        """The sizes that distinguish it at a glance."""
        return Signature(self.codes, self.embed_dim, self.factor, self.gumbel)

    def ddconfig(self) -> dict[str, Any]:
        """Return the keyword arguments of taming's `Encoder` and `Decoder`."""
        return {
            "double_z": False,
            "z_channels": self.z_channels,
            "resolution": NOMINAL_RESOLUTION,
            "in_channels": 3,
            "out_ch": 3,
            "ch": self.ch,
            "ch_mult": self.ch_mult,
            "num_res_blocks": self.num_res_blocks,
            "attn_resolutions": self.attn_resolutions,
            "dropout": 0.0,
        }

    def __str__(self) -> str:
        return str(self.signature)


def infer_architecture(tensors: Mapping[str, Tensor]) -> Architecture:
    """Infer the architecture from the shapes of taming's tensors; file names and YAML can mislead.

    Raises:
        CheckpointError: a tensor that every VQGAN has is missing, the images are not RGB, or a
            size is beyond its limit.
    """
    try:
        architecture = _infer(tensors)
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        raise CheckpointError(
            f"these are not the weights of a VQGAN in taming's layout (no usable {error})"
        ) from error
    channels = tensors["encoder.conv_in.weight"].shape[1]
    if channels != 3:
        raise CheckpointError(
            f"the VQGAN takes images of {channels} channels; allowed are 3, red, green and blue"
        )
    _check_sizes(architecture)
    return architecture


def _infer(tensors: Mapping[str, Tensor]) -> Architecture:
    levels = _count(tensors, r"encoder\.down\.(\d+)\.")
    gumbel = "quantize.proj.weight" in tensors
    codes, embed_dim = tensors[f"quantize.{'embed' if gumbel else 'embedding'}.weight"].shape
    ch = tensors["encoder.conv_in.weight"].shape[0]
    # Fails at the first missing level, however large the largest number in a name is.
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
    """Return 1 + the largest number that a pattern finds in the names."""
    numbers = [int(match[1]) for key in tensors if (match := re.match(pattern, key))]
    if not numbers:
        raise KeyError(pattern.replace("\\", "").replace("(d+)", "N"))
    return 1 + max(numbers)


def _check_sizes(architecture: Architecture) -> None:
    sizes = {
        "levels": len(architecture.ch_mult),
        "num_res_blocks": architecture.num_res_blocks,
        "ch": architecture.ch,
        "widest": architecture.ch * max(architecture.ch_mult),
        "codes": architecture.codes,
        "embed_dim": architecture.embed_dim,
        "z_channels": architecture.z_channels,
    }
    for name, most in LIMITS.items():
        if not 1 <= sizes[name] <= most:
            raise CheckpointError(
                f"a VQGAN with {name} = {sizes[name]:,} is refused: allowed are 1 to {most:,}"
            )
    if architecture.ch % GROUPS or min(architecture.ch_mult) < 1:
        raise CheckpointError(
            f"a VQGAN with ch = {architecture.ch} is refused: its blocks normalise over {GROUPS} "
            f"groups, so allowed are multiples of {GROUPS}"
        )
