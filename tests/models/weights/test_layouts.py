"""Names of tensors in published layouts, mapped to taming's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.models.published import NEW, OLD, diffusers, net2net
from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.errors import CheckpointError
from vqclip.models.weights.layouts import as_convolution, taming_names

OWN = set(taming_tensors())


def test_own_names_stay_and_all_others_are_left_out() -> None:
    names = net2net(taming_tensors(), prefix="")["state_dict"]
    assert "loss.discriminator.main.3.num_batches_tracked" in names
    assert taming_names(names) == {name: name for name in OWN}


@pytest.mark.parametrize("prefix", ["first_stage_model.", "vqvae.", "module.model."])
def test_a_prefix_is_taken_off(prefix) -> None:
    names = net2net(taming_tensors(), prefix=prefix)["state_dict"]
    assert taming_names(names) == {f"{prefix}{name}": name for name in OWN}


@pytest.mark.parametrize("attention", [NEW, OLD], ids=["new", "old"])
def test_names_of_diffusers_are_translated(attention) -> None:
    """Level by level: each tensor of diffusers holds the numbers of its own tensor of taming."""
    changes = {"attn_resolutions": (64,), "ch_mult": (1, 2, 2), "num_res_blocks": 2}
    tensors = taming_tensors(replace(ARCHITECTURE, **changes))
    translated = diffusers(tensors, attention)
    names = taming_names(translated)
    assert set(names.values()) == set(tensors)
    for theirs, ours in names.items():
        assert torch.equal(as_convolution(ours, translated[theirs]), tensors[ours])


def test_matrices_of_attention_become_convolutions_and_others_stay() -> None:
    matrix = torch.rand(4, 4)
    name = "encoder.mid.attn_1.q.weight"
    assert torch.equal(as_convolution(name, matrix), matrix.view(4, 4, 1, 1))
    assert as_convolution("quantize.embedding.weight", matrix).shape == (4, 4)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"visual.proj"}, "no usable decoder.conv_in.weight; the file holds visual.proj"),
        (OWN - {"quantize.embedding.weight"}, "is not a VQGAN: it has no codebook"),
        (OWN | {"decoder.up.0.block.0.conv_y.weight"}, "this is a MoVQ"),
        (set(), "the file holds no tensors by name"),
    ],
    ids=["clip", "autoencoder", "movq", "empty"],
)
def test_models_of_another_kind_are_named(names, message) -> None:
    with pytest.raises(CheckpointError, match=message):
        taming_names(names)
