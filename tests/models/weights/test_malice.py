"""Files that mean harm, or are no VQGAN: refused by name, and nothing in them runs."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.models.published import CALLBACK, Borrowed, lightning
from tests.tiny import taming_tensors
from vqclip.errors import CheckpointError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.checkpoints import read_vqgan


class Call:
    """Calls a function when unpickled."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def attacks(mark: Path) -> dict[str, tuple[object, str]]:
    """Contents that would leave a mark if they ran, and the name that gives them away."""
    return {
        "system": (Call(os.system, f"touch {mark}"), "system"),
        "eval": (Call(eval, f"open({str(mark)!r}, 'w')"), "eval"),
        "exec": (Call(exec, f"open({str(mark)!r}, 'w')"), "exec"),
        "import": (Call(__import__, "antigravity"), "__import__"),
        "popen": (Call(subprocess.Popen, ["touch", str(mark)]), "Popen"),
        "getattr": (Call(getattr, "text", "upper"), "getattr"),
    }


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", list(attacks(Path())))
def test_code_is_refused_by_name_and_not_run(tmp_path, name, zipped) -> None:
    mark = tmp_path / "ran"
    payload, shown = attacks(mark)[name]
    path = tmp_path / "evil.ckpt"
    content = lightning(taming_tensors(), extra=payload)
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match=rf"{shown}.*nothing but tensors"):
        read_vqgan(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    "name",
    [
        "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpointer",
        "pytorch_lightning.callbacks.model_checkpoint.os.system",
        "pytorch_lightning.ModelCheckpoint",
        "omegaconf.nodes.AnyNode.evil",
        "numpy.dtypes",
    ],
)
def test_names_that_only_resemble_the_harmless_are_refused(tmp_path, name) -> None:
    with Borrowed(name) as (one,):
        torch.save(lightning(taming_tensors(), callbacks={one: 1}), tmp_path / "evil.ckpt")
    with pytest.raises(CheckpointError, match=name.replace(".", r"\.")):
        read_vqgan(tmp_path / "evil.ckpt")


def test_a_stub_called_with_code_does_nothing(tmp_path) -> None:
    mark = tmp_path / "ran"
    with Borrowed(CALLBACK) as (callback,):
        evil = Call(callback, f"__import__('os').system('touch {mark}')")
        torch.save(lightning(taming_tensors(), x=evil), tmp_path / "x.ckpt")
    read_vqgan(tmp_path / "x.ckpt")
    assert not mark.exists()


def test_torchs_advice_to_load_unsafely_is_not_passed_on(tmp_path) -> None:
    (tmp_path / "x.ckpt").write_bytes(pickle.dumps({1: b"x" * 100}, protocol=4)[:-40])
    with pytest.raises(CheckpointError, match="damaged") as caught:
        read_vqgan(tmp_path / "x.ckpt")
    assert "weights_only" not in str(caught.value)


def test_torchscript_is_refused(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "x.pt", "w") as archive:
        archive.writestr("x/data.pkl", pickle.dumps({}, 2))
        archive.writestr("x/constants.pkl", pickle.dumps((), 2))
    with pytest.raises(CheckpointError, match="TorchScript"):
        read_vqgan(tmp_path / "x.pt")


def test_archives_that_unpack_to_more_than_they_are_are_refused(forms, tmp_path) -> None:
    path = tmp_path / "bomb.ckpt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/data.pkl", pickle.dumps({}, 2))
        archive.writestr("x/data/0", b"\0" * 50_000_000)
    with pytest.raises(CheckpointError, match=r"unpack to 50,000,\d+"):
        read_vqgan(path)


def test_shapes_without_memory_behind_them_are_refused(tmp_path) -> None:
    tensors = taming_tensors()
    for name, evil in {
        "expanded": torch.zeros(1).expand(1 << 20, 1 << 20),
        "sparse": torch.eye(9).to_sparse(),
        "complex": torch.zeros(32, 8, dtype=torch.complex64),
        "whole": torch.zeros(32, 8, dtype=torch.int64),
        "meta": torch.empty(1 << 20, 1 << 20, device="meta"),
    }.items():
        tensors["quantize.embedding.weight"] = evil
        torch.save(tensors, tmp_path / f"{name}.ckpt")
        with pytest.raises(CheckpointError, match=r"claims the shape|not a plain table"):
            read_vqgan(tmp_path / f"{name}.ckpt")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoder.down.0.block.999999999.x": (1,)}, "num_res_blocks 1,000,000,000"),
        ({"encoder.down.999999999.block.0.x": (1,)}, "no usable"),
        ({"encoder.conv_in.weight": (3, 3, 3, 3)}, "multiples of 32"),
        ({"encoder.conv_in.weight": (0, 3, 3, 3)}, "no usable"),
        ({"quantize.embedding.weight": (1 << 21, 1)}, "codes 2,097,152"),
        ({"quantize.embedding.weight": (32,)}, "no usable"),
        ({"encoder.extra.weight": (3,)}, "do not form one VQGAN"),
        ({"decoder.conv_out.weight": (5, 32, 3, 3)}, "do not form one VQGAN"),
        ({"decoder.up.0.block.0.conv_y.weight": (1,)}, "MoVQ"),
    ],
)
def test_absurd_shapes_are_refused_before_anything_is_built(tmp_path, changes, message) -> None:
    added = {key: torch.zeros(shape) for key, shape in changes.items()}
    save_file({**taming_tensors(), **added}, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointError, match=message):
        TamingVQGAN.from_file(tmp_path / "x.safetensors")


def test_models_of_another_kind_are_named(tmp_path) -> None:
    tensors = {k: v for k, v in taming_tensors().items() if not k.startswith("quantize.")}
    save_file(tensors, tmp_path / "kl.safetensors")
    with pytest.raises(CheckpointError, match="no codebook"):
        read_vqgan(tmp_path / "kl.safetensors")
    save_file({"visual.proj": torch.zeros(2)}, tmp_path / "clip.safetensors")
    with pytest.raises(CheckpointError, match=r"clip.safetensors.*the file holds visual.proj"):
        read_vqgan(tmp_path / "clip.safetensors")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html>404", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"PK\x03\x04 truncated", "damaged"),
        (b"\x80\x02 truncated", "damaged"),
        (b"\x10\0\0\0\0\0\0\0{'broken': json}", "damaged"),
    ],
)
def test_what_is_no_weights_file_is_named(tmp_path, content, message) -> None:
    (tmp_path / "x.ckpt").write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        read_vqgan(tmp_path / "x.ckpt")


@pytest.mark.parametrize("name", ["raw-safe", "lightning", "old-pickle"])
def test_truncated_files_are_named(forms, tmp_path, name) -> None:
    content = forms[name].read_bytes()
    for share in (0.3, 0.9):
        (tmp_path / "x.ckpt").write_bytes(content[: int(len(content) * share)])
        with pytest.raises(CheckpointError, match="damaged, incomplete"):
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


def test_an_archive_of_a_future_version_is_a_sentence(forms, tmp_path) -> None:
    content = forms["callback"].read_bytes()
    at = content.index(b"PK\x01\x02")
    future = content[: at + 6] + b"\xee\x00" + content[at + 8 :]
    (tmp_path / "x.ckpt").write_bytes(future)
    with pytest.raises(CheckpointError, match="zip file version 23.8"):
        read_vqgan(tmp_path / "x.ckpt")
