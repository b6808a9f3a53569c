"""The names of a VQGAN's tensors in published files, mapped to taming's names.

Only names are compared, so that nothing else of a file of many gigabytes has to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vqclip.errors import CheckpointError, listed

if TYPE_CHECKING:  # names alone need no torch
    from torch import Tensor

CORE = ("encoder.", "decoder.", "quantize.", "quant_conv.", "post_quant_conv.")
ANCHOR = "decoder.conv_in.weight"
"""A tensor of every VQGAN in every layout: whatever precedes it is the prefix of the model."""

FIRST_STAGE = "first_stage_model."
"""Prefix of the VQGAN's names in taming's transformers and in latent diffusion."""

OTHER_STAGE = "cond_stage_model"
"""Part of the prefix of a second VQGAN beside it, which is not that of the pictures."""
AVERAGED = "ema"
"""Part of the names of tables that hold the moving average of weights: `params_ema`, `g_ema`."""
COUNTERS = "num_batches_tracked"
ATTENTION = re.compile(r"\.attn(_1|\.\d+)\.(q|k|v|proj_out)\.weight$")

DIFFUSERS = "down_blocks."
DIFFUSERS_PARTS = (
    (r"\.mid_block\.resnets\.0\.", ".mid.block_1."),
    (r"\.mid_block\.resnets\.1\.", ".mid.block_2."),
    (r"\.mid_block\.attentions\.0\.", ".mid.attn_1."),
    (r"\.down_blocks\.(\d+)\.", r".down.\1."),
    (r"\.resnets\.(\d+)\.", r".block.\1."),
    (r"\.attentions\.(\d+)\.", r".attn.\1."),
    (r"\.(down|up)samplers\.0\.conv\.", r".\1sample.conv."),
    (r"\.conv_shortcut\.", ".nin_shortcut."),
    (r"^(encoder|decoder)\.conv_norm_out\.", r"\1.norm_out."),
)
DIFFUSERS_ATTENTION = (
    (r"(\.attn\S*)\.group_norm\.", r"\1.norm."),
    (r"(\.attn\S*)\.(?:to_q|query)\.", r"\1.q."),
    (r"(\.attn\S*)\.(?:to_k|key)\.", r"\1.k."),
    (r"(\.attn\S*)\.(?:to_v|value)\.", r"\1.v."),
    (r"(\.attn\S*)\.(?:to_out\.0|proj_attn)\.", r"\1.proj_out."),
)


def taming_names(names: Iterable[str]) -> dict[str, str]:
    """Map the generator's names in a file to taming's names; leave out all others.

    Raises:
        CheckpointError: the names are not those of a VQGAN, or of a variant that is not supported.
    """
    known = set(names)
    prefix = _prefix(known)
    own = {name: name[len(prefix) :] for name in known if name.startswith(prefix)}
    own = {name: short for name, short in own.items() if short.startswith(CORE)}
    own = {name: short for name, short in own.items() if not short.endswith(COUNTERS)}
    _refuse_others(set(own.values()))
    if any(DIFFUSERS in short for short in own.values()):
        levels = 1 + max(
            int(match[1])
            for short in own.values()
            if (match := re.match(r"decoder\.up_blocks\.(\d+)\.", short))
        )
        own = {name: _from_diffusers(short, levels) for name, short in own.items()}
    return own


def _prefix(names: set[str]) -> str:
    """Return the prefix of the model's names: `first_stage_model.`, an empty string, or another.

    Of several, the one that holds the moving average of the others is taken.

    Raises:
        CheckpointError: there is none, or it is not clear which.
    """
    found = {name[: -len(ANCHOR)] for name in names if name.endswith(ANCHOR)}
    found = {prefix for prefix in found if OTHER_STAGE not in prefix.split(".")}
    for prefix in ("", FIRST_STAGE):
        if prefix in found:
            return prefix
    averaged = {prefix for prefix in found if AVERAGED in re.split(r"[._]", prefix.lower())}
    stages = {prefix for prefix in found if prefix.endswith(FIRST_STAGE)}
    for choice in (averaged, stages, found):
        if len(choice) == 1:
            return choice.pop()
    if found:
        tables = listed(sorted(prefix.rstrip(".") for prefix in found))
        raise CheckpointError(
            f"the file holds several VQGANs ({tables}): save the one that you mean by itself"
        )
    example = listed(_groups(names)) or "no tensors by name"
    raise CheckpointError(
        f"these are not the weights of a VQGAN in the layout of taming, latent diffusion or "
        f"diffusers (no usable {ANCHOR}; the file holds {example})"
    )


def _groups(names: set[str]) -> list[str]:
    """Return what names begin with, each with the number of its tensors and one of them."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(name.partition(".")[0], []).append(name)
    return [
        own[0] if len(own) == 1 else f"{name} ({len(own)} tensors, such as {own[0]})"
        for name, own in groups.items()
    ]


def _refuse_others(names: set[str]) -> None:
    if any(".conv_y." in name for name in names):
        raise CheckpointError(
            "this is a MoVQ, whose decoder is also normalised by the codes; allowed are plain "
            "VQGANs"
        )
    if not any(name.startswith("quantize.") for name in names):
        raise CheckpointError(
            "this autoencoder is not a VQGAN: it has no codebook (no usable "
            "quantize.embedding.weight)"
        )


def _from_diffusers(name: str, levels: int) -> str:
    # Diffusers numbers the decoder's levels from the deepest, taming from the full resolution.
    name = re.sub(
        r"^decoder\.up_blocks\.(\d+)\.",
        lambda match: f"decoder.up.{levels - 1 - int(match[1])}.",
        name,
    )
    for pattern, replacement in (*DIFFUSERS_PARTS, *DIFFUSERS_ATTENTION):
        name = re.sub(pattern, replacement, name)
    return name


def as_convolution(name: str, tensor: Tensor) -> Tensor:
    """Reshape attention weights (C, C), as diffusers keeps them, to taming's (C, C, 1, 1)."""
    if ATTENTION.search(name) and tensor.ndim == 2:
        return tensor[:, :, None, None]
    return tensor
