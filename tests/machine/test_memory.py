"""Memory that runs out is recognized everywhere, said in a sentence, and never called damage."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from tests import tiny
from vqclip.cli.console import BAD_INPUT, execute
from vqclip.machine.memory import is_out_of_memory, shortage
from vqclip.models import taming
from vqclip.models.perceptor import load_perceptor
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.pickles import read_pickle
from vqclip.outputs.checkpoint import Checkpoint

CPU = (
    "[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: "
    "you tried to allocate 68719476736 bytes. Error code 12"
)
CUDA = "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 79.1 GiB"
ERRORS = (
    MemoryError(),
    RuntimeError(CPU),
    torch.OutOfMemoryError(CUDA),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("unable to mmap 12 bytes from file <a.pt>: Cannot allocate memory (12)"),
)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_running_out_of_memory_is_recognized(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert shortage(error).startswith("memory ran out")


def test_other_errors_are_not_taken_for_it() -> None:
    assert not is_out_of_memory(RuntimeError("shape"))
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(OSError(errno.ENOENT, "no such file"))


def test_the_size_that_was_asked_for_is_said() -> None:
    assert "with 69 GB more to allocate" in shortage(RuntimeError(CPU))
    assert "with 2.7 GB more to allocate" in shortage(torch.OutOfMemoryError(CUDA))


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_the_command_line_says_it_in_one_sentence(error, capsys) -> None:
    def program() -> None:
        raise error

    with pytest.raises(SystemExit) as end:
        execute(program)
    assert end.value.code == BAD_INPUT
    told = capsys.readouterr().err
    assert told.startswith("vqclip: memory ran out")
    assert len(told.splitlines()) == 1


def refuse(*_: object, **__: object) -> None:
    raise RuntimeError(CPU)


def read_weights(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"a": torch.zeros(1)}, folder / "a.ckpt")
    monkeypatch.setattr(torch, "load", refuse)
    read_pickle(folder / "a.ckpt")


def read_checkpoint(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.ckpt").touch()
    monkeypatch.setattr(torch, "load", refuse)
    Checkpoint.read(folder / "a.ckpt")


def build_vqgan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tensors = tiny.taming_tensors()
    monkeypatch.setattr(taming.TamingVQGAN, "load_state_dict", refuse)
    TamingVQGAN.from_tensors(tensors)


def build_perceptor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "open_clip_config.json").touch()
    save_file({"a": torch.zeros(1)}, folder / "open_clip_model.safetensors")
    monkeypatch.setattr(open_clip, "create_model_from_pretrained", refuse)
    load_perceptor(str(folder))


@pytest.mark.parametrize("load", [read_weights, read_checkpoint, build_vqgan, build_perceptor])
def test_a_file_is_not_called_damaged_when_memory_runs_out(
    load: Callable[[Path, pytest.MonkeyPatch], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        load(tmp_path, monkeypatch)
