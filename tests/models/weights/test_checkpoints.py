"""Every published form of a VQGAN is read alike; damaged files are named."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.errors import CheckpointError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.checkpoints import read_metadata, read_table, read_vqgan, write_vqgan

FORMS = [
    *("raw-safe", "raw-pt", "parameters", "lightning", "old-pickle", "callback", "old-callback"),
    *("omegaconf", "net2net", "net2net-safe", "prefixed"),
    *("diffusers", "diffusers-old", "diffusers-safe"),
]


def test_every_form_is_tested(forms) -> None:
    assert sorted(forms) == sorted(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_read_alike(forms, name) -> None:
    expected, found = taming_tensors(), read_vqgan(forms[name])
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], value) for key, value in expected.items())
    assert not any(tensor.requires_grad for tensor in found.values())


def test_half_precision_becomes_float32(tmp_path) -> None:
    tensors = {key: value.half() for key, value in taming_tensors().items()}
    save_file(tensors, tmp_path / "x.safetensors")
    found = read_vqgan(tmp_path / "x.safetensors")
    assert {tensor.dtype for tensor in found.values()} == {torch.float32}
    assert all(torch.equal(found[key], tensor.float()) for key, tensor in tensors.items())


def test_slim_files_say_what_they_are(tmp_path) -> None:
    path = tmp_path / "slim.safetensors"
    assert write_vqgan(path, taming_tensors()) == ARCHITECTURE
    metadata = read_metadata(path)
    assert (metadata["codes"], metadata["factor"]) == (32, 2)
    assert json.dumps(metadata["ch_mult"]) == "[1, 1]"
    assert load_file(path).keys() == taming_tensors().keys()
    save_file(taming_tensors(), tmp_path / "other.safetensors")
    assert read_metadata(tmp_path / "other.safetensors") == {}
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="damaged"):
        read_metadata(path)


def test_only_the_tensors_of_a_table_are_read(tmp_path) -> None:
    table = {"weight": torch.ones(2), "epoch": 3, 0: torch.zeros(1)}
    for content in (table, {"state_dict": table}):
        torch.save(content, tmp_path / "x.ckpt")
        assert read_table(tmp_path / "x.ckpt").keys() == {"weight"}


@pytest.mark.parametrize(
    "keys",
    ["model", "generator", "model_state_dict", "params_ema", "g_ema", "model/vqgan", "vqgan/state"],
)
def test_the_table_of_a_training_is_found_whatever_its_name(tmp_path, keys) -> None:
    content: dict[str, Any] = taming_tensors()
    for key in reversed(keys.split("/")):
        content = {key: content, "epoch": 3}
    content["optimizer"] = {"state": {0: {"exp_avg": torch.ones(2)}}}
    content["discriminator"] = {"main.0.weight": torch.ones(2)}
    torch.save(content, tmp_path / "x.ckpt")
    found, expected = read_vqgan(tmp_path / "x.ckpt"), taming_tensors()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], value) for key, value in expected.items())


def test_parts_of_a_model_in_tables_of_their_own_are_one_model(tmp_path) -> None:
    parts: dict[str, dict[str, Any]] = {}
    for name, tensor in taming_tensors().items():
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[rest] = tensor
    torch.save(parts, tmp_path / "x.ckpt")
    assert read_vqgan(tmp_path / "x.ckpt").keys() == taming_tensors().keys()


def test_the_moving_average_is_taken_of_two_models(tmp_path) -> None:
    latest = {name: tensor + 1 for name, tensor in taming_tensors().items()}
    torch.save({"params": latest, "params_ema": taming_tensors()}, tmp_path / "x.pth")
    found = read_vqgan(tmp_path / "x.pth")
    assert all(torch.equal(found[name], own) for name, own in taming_tensors().items())


def test_two_models_of_which_none_is_meant_are_named(tmp_path) -> None:
    torch.save({"left": taming_tensors(), "right": taming_tensors()}, tmp_path / "x.pth")
    with pytest.raises(
        CheckpointError, match=r"x.pth: the file holds several VQGANs \(left, right"
    ):
        read_vqgan(tmp_path / "x.pth")


def test_what_another_checkpoint_holds_is_named(tmp_path) -> None:
    content = {"model": {"a.weight": torch.ones(1), "b": torch.ones(1)}, "step": torch.ones(1)}
    torch.save(content, tmp_path / "x.ckpt")
    with pytest.raises(
        CheckpointError, match=r"holds model \(2 tensors, such as model.a.weight\), s"
    ):
        read_vqgan(tmp_path / "x.ckpt")


def test_a_table_that_contains_itself_ends(tmp_path) -> None:
    content: dict[str, Any] = {"a": torch.ones(1)}
    content |= {f"again {number}": content for number in range(50)}
    torch.save(content, tmp_path / "x.ckpt")
    assert read_table(tmp_path / "x.ckpt").keys() == {"a"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"state_dict": [1]}, "the keys state_dict"),
        ([1], "a list of length 1"),
        ({0: torch.zeros(1)}, "the keys 0"),
        ({}, "an empty table"),
        (torch.zeros(2, 3), r"one tensor of the shape \(2, 3\)"),
        (None, "nothing"),
    ],
)
def test_other_contents_are_named(tmp_path, content, kind) -> None:
    torch.save(content, tmp_path / "x.ckpt")
    with pytest.raises(CheckpointError, match=f"x.ckpt.*{kind}"):
        read_vqgan(tmp_path / "x.ckpt")


@pytest.mark.parametrize("name", ["raw-safe", "lightning", "old-pickle"])
def test_truncated_files_are_named(forms, tmp_path, name) -> None:
    content = forms[name].read_bytes()
    for share in (0.3, 0.9):
        (tmp_path / "x.ckpt").write_bytes(content[: int(len(content) * share)])
        with pytest.raises(CheckpointError, match="damaged, incomplete"):
            read_vqgan(tmp_path / "x.ckpt")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 truncated", b"\x80\x02 truncated", b"\x10\0\0\0\0\0\0\0{'broken': json}"],
)
def test_files_that_only_start_well_are_named(tmp_path, content) -> None:
    (tmp_path / "x.ckpt").write_bytes(content)
    with pytest.raises(CheckpointError, match="x.ckpt .*is damaged"):
        read_vqgan(tmp_path / "x.ckpt")


def test_numbers_that_are_not_finite_are_named(tmp_path) -> None:
    tensors = taming_tensors()
    tensors["quant_conv.bias"][3] = float("nan")
    save_file(tensors, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointError, match="quant_conv.bias"):
        read_vqgan(tmp_path / "x.safetensors")


@pytest.mark.parametrize("name", ["raw-safe", "omegaconf", "old-callback", "diffusers"])
def test_noise_in_a_file_is_a_sentence_or_does_no_harm(forms, tmp_path, name) -> None:
    content, draws = forms[name].read_bytes(), random.Random(name)
    refused = 0
    for index in range(40):
        noisy = bytearray(content)
        for _ in range(4):
            at = draws.randrange(3000)
            noisy[at if index % 2 else -1 - at] = draws.randrange(256)
        if index % 5 == 0:
            del noisy[draws.randrange(len(noisy)) :]
        (tmp_path / "x.ckpt").write_bytes(noisy)
        try:
            TamingVQGAN.from_file(tmp_path / "x.ckpt")
        except CheckpointError as error:
            refused += "x.ckpt" in str(error)
    assert refused > 15
