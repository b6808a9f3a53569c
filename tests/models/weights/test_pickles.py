"""Malicious pickles: refused by name, and nothing in them runs."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from tests.models.published import CALLBACK, Borrowed, lightning, save_with_callback
from tests.tiny import taming_tensors
from vqclip.errors import CheckpointError
from vqclip.models.weights.checkpoints import read_vqgan
from vqclip.models.weights.pickles import Inert, check_archive, check_tensor, read_pickle


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
    with Borrowed(name) as (stranger,):
        torch.save(lightning(taming_tensors(), callbacks={stranger: 1}), tmp_path / "evil.ckpt")
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


def test_archives_that_unpack_to_more_than_their_size_are_refused(tmp_path) -> None:
    path = tmp_path / "bomb.ckpt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/data.pkl", pickle.dumps({}, 2))
        archive.writestr("x/data/0", b"\0" * 50_000_000)
    with pytest.raises(CheckpointError, match=r"unpack to 50,000,\d+ bytes"):
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
        with pytest.raises(CheckpointError, match=r"claims the shape|not a dense table"):
            read_vqgan(tmp_path / f"{name}.ckpt")


def test_no_framework_is_imported_for_its_callbacks(tmp_path, monkeypatch) -> None:
    save_with_callback(tmp_path / "x.ckpt", taming_tensors())
    monkeypatch.setitem(sys.modules, "pytorch_lightning", None)  # importing it would raise
    assert read_vqgan(tmp_path / "x.ckpt").keys() == taming_tensors().keys()


def test_stubs_are_gone_afterwards(tmp_path) -> None:
    save_with_callback(tmp_path / "x.ckpt", taming_tensors())
    read_vqgan(tmp_path / "x.ckpt")
    with pytest.raises(pickle.UnpicklingError, match="ModelCheckpoint"):
        torch.load(tmp_path / "x.ckpt", weights_only=True)


def test_an_archive_of_a_future_version_is_a_sentence(forms, tmp_path) -> None:
    content = forms["callback"].read_bytes()
    at = content.index(b"PK\x01\x02")
    future = content[: at + 6] + b"\xee\x00" + content[at + 8 :]
    (tmp_path / "x.ckpt").write_bytes(future)
    with pytest.raises(CheckpointError, match="zip file version 23.8"):
        read_vqgan(tmp_path / "x.ckpt")


def test_plain_values_are_read_and_stubs_are_inert(tmp_path) -> None:
    with Borrowed(CALLBACK) as (callback,):
        torch.save({"epoch": 3, "callbacks": {callback: [1]}, "own": callback()}, tmp_path / "x.pt")
    content = read_pickle(tmp_path / "x.pt")
    assert (content["epoch"], list(content["callbacks"].values())) == (3, [[1]])
    assert isinstance(content["own"], Inert)


def test_members_are_checked_before_they_are_read(forms) -> None:
    assert check_archive(forms["lightning"])
    assert not check_archive(forms["old-pickle"])  # from before checkpoints were archives


def test_ordinary_tensors_pass() -> None:
    matrix = torch.rand(3, 4)
    for tensor in (matrix, matrix.T, matrix[1:], matrix.half(), torch.tensor(1.0)):
        check_tensor("x", tensor)
