"""Every published form of a VQGAN is read alike; damaged files are named."""

from __future__ import annotations

import json
import random

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


@pytest.mark.parametrize("content", [{"state_dict": [1]}, [1], {0: torch.zeros(1)}])
def test_other_contents_are_refused(tmp_path, content) -> None:
    torch.save(content, tmp_path / "x.ckpt")
    with pytest.raises(CheckpointError, match="x.ckpt"):
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
