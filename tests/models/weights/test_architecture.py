"""Architectures, inferred from the shapes of tensors alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.tiny import ARCHITECTURE, F16, taming_tensors
from vqclip.errors import CheckpointError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import LIMITS, Signature, infer_architecture

GUMBEL = replace(F16, gumbel=True, codes=8192, ch_mult=(1, 1, 2, 4), attn_resolutions=(32,))


@pytest.mark.parametrize(
    ("architecture", "count", "text"),
    [
        (F16, 343, "codebook 16384 x 256, f = 16"),
        (GUMBEL, 301, "Gumbel codebook 8192 x 256, f = 8"),
    ],
    ids=["f16", "gumbel-f8"],
)
def test_the_published_architectures_are_recognised(architecture, count, text) -> None:
    with torch.device("meta"):
        tensors = TamingVQGAN(architecture).state_dict()
    assert len(tensors) == count  # as in the published files
    assert infer_architecture(tensors) == architecture
    assert str(architecture) == text


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gumbel": True},
        {"mid_attention": False},
        {"attn_resolutions": (128,), "num_res_blocks": 2, "ch_mult": (1, 2)},
        {"embed_dim": 4},
        {"codes": 40, "embed_dim": 3, "z_channels": 3, "ch_mult": (1, 2, 4)},
    ],
    ids=["tiny", "gumbel", "no-mid-attention", "attention-at-depth", "narrow-codes", "ldm-f4"],
)
def test_every_size_is_inferred(changes) -> None:
    architecture = replace(ARCHITECTURE, **changes)
    with torch.device("meta"):
        tensors = TamingVQGAN(architecture).state_dict()
    assert infer_architecture(tensors) == architecture


def test_the_signature_is_what_distinguishes_models() -> None:
    assert ARCHITECTURE.factor == 2
    assert ARCHITECTURE.signature == Signature(codes=32, embed_dim=8, factor=2)
    assert ARCHITECTURE.signature != replace(ARCHITECTURE, gumbel=True).signature


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoder.down.0.block.999999999.x": (1,)}, "num_res_blocks = 1,000,000,000"),
        ({"encoder.down.999999999.block.0.x": (1,)}, "no usable"),
        ({"encoder.conv_in.weight": (3, 3, 3, 3)}, "multiples of 32"),
        ({"encoder.conv_in.weight": (0, 3, 3, 3)}, "no usable"),
        ({"encoder.conv_in.weight": (32, 1, 3, 3)}, "1 channels; allowed are 3"),
        ({"quantize.embedding.weight": (1 << 21, 1)}, "codes = 2,097,152 .*allowed are 1 to 1,048"),
        ({"quantize.embedding.weight": (32,)}, "no usable"),
        ({"decoder.conv_in.weight": (32, 5000, 3, 3)}, "z_channels = 5,000"),
    ],
)
def test_absurd_shapes_are_refused_before_anything_is_built(changes, message) -> None:
    added = {key: torch.empty(shape, device="meta") for key, shape in changes.items()}
    with pytest.raises(CheckpointError, match=message):
        infer_architecture({**taming_tensors(), **added})


def test_a_missing_tensor_is_named() -> None:
    tensors = taming_tensors()
    del tensors["decoder.conv_in.weight"]
    with pytest.raises(CheckpointError, match=r"no usable 'decoder\.conv_in\.weight'"):
        infer_architecture(tensors)


def test_the_limits_leave_room_for_published_models() -> None:
    for name in ("codes", "embed_dim", "ch", "z_channels"):
        assert getattr(F16, name) * 4 <= LIMITS[name]
