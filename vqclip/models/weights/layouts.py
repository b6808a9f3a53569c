"""How the tensors of a VQGAN are named in published files, and the way to taming's names.

Only names are looked at, so that of a file of many gigabytes nothing else need be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import Tensor

from vqclip.errors import CheckpointError

CORE = ("encoder.", "decoder.", "quantize.", "quant_conv.", "post_quant_conv.")
ANCHOR = "decoder.conv_in.weight"
"""Every VQGAN has it in every layout: what stands before it is the prefix of the whole model."""

FIRST_STAGE = "first_stage_model."
"""Before the VQGAN's names in taming's transformers and in latent diffusion."""

OTHER_STAGES = ("cond_stage_model.", "model_ema.")
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
    """Map the generator's names in a file to taming's; everything else is left out.

    Raises:
        CheckpointError: the names are those of no VQGAN, or of one that is built otherwise.
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
    """What stands before the model's names, such as `first_stage_model.` or nothing."""
    found = {name[: -len(ANCHOR)] for name in names if name.endswith(ANCHOR)}
    found = {one for one in found if not one.startswith(OTHER_STAGES)}
    for likely in ("", FIRST_STAGE):
        if likely in found:
            return likely
    if len(found) == 1:
        return found.pop()
    example = ", ".join(sorted(names)[:3]) or "nothing"
    raise CheckpointError(
        f"these are not the weights of a VQGAN in the layout of taming, latent diffusion or "
        f"diffusers (no usable {ANCHOR}; the file holds {example})"
    )


def _refuse_others(names: set[str]) -> None:
    if any(".conv_y." in name for name in names):
        raise CheckpointError(
            "this is a MoVQ, whose decoder also takes the codes in its normalisation; only VQGANs "
            "of the plain kind are drawn with"
        )
    if not any(name.startswith("quantize.") for name in names):
        raise CheckpointError(
            "this autoencoder has no codebook (no usable quantize.embedding.weight): it is not a "
            "VQGAN"
        )


def _from_diffusers(name: str, levels: int) -> str:
    # Diffusers counts the decoder's levels from the deepest, taming from the full resolution.
    name = re.sub(
        r"^decoder\.up_blocks\.(\d+)\.",
        lambda match: f"decoder.up.{levels - 1 - int(match[1])}.",
        name,
    )
    for pattern, replacement in (*DIFFUSERS_PARTS, *DIFFUSERS_ATTENTION):
        name = re.sub(pattern, replacement, name)
    return name


def as_convolution(name: str, tensor: Tensor) -> Tensor:
    """Give the attention weights that diffusers keeps as matrices (C, C) taming's (C, C, 1, 1)."""
    if ATTENTION.search(name) and tensor.ndim == 2:
        return tensor[:, :, None, None]
    return tensor
