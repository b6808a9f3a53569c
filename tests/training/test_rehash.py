"""A bank is kept for a new decoder, and for nothing else that is new."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from typer.testing import CliRunner

from tests.tiny import taming_tensors
from vqclip.engine.starts.picturebank import Bank, Owners, read_bank, write_bank
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.training.commands import command
from vqclip.training.rehash import main, rehash


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A bank, the weights it was made with, and others."""
    old, new, bank = (tmp_path / name for name in ("old", "new", "bank"))
    save_file(taming_tensors(), old)
    pictures = Bank(torch.arange(8).view(2, 2, 2), torch.eye(2), ("a fox", "a house"))
    write_bank(bank, pictures, Owners(sha256(old), "p"))
    return bank, old, new


def write_changed(path: Path, name: str) -> None:
    tensors = taming_tensors()
    tensors[name] += 1
    save_file(tensors, path)


def test_a_new_decoder_keeps_codes_embeddings_and_captions(files) -> None:
    bank, old, new = files
    before = read_bank(bank, Owners(sha256(old), "p"))
    write_changed(new, "decoder.conv_out.bias")
    rehash(bank, old, new)
    after = read_bank(bank, Owners(sha256(new), "p"))
    assert torch.equal(before.codes, after.codes)
    assert torch.equal(before.embeddings, after.embeddings)
    assert before.captions == after.captions


@pytest.mark.parametrize("name", ["quantize.embedding.weight", "encoder.conv_in.bias"])
def test_other_changes_are_refused(files, name: str) -> None:
    bank, old, new = files
    content = bank.read_bytes()
    write_changed(new, name)
    app = command(main)
    done = CliRunner().invoke(app, [str(old), str(new), "--bank", str(bank)])
    assert done.exit_code == 2
    assert f"differs from {old} in {name}" in done.output
    assert bank.read_bytes() == content


def test_a_bank_of_other_weights_is_refused(files, tmp_path: Path) -> None:
    bank, old, new = files
    write_changed(new, "decoder.conv_out.bias")
    with pytest.raises(CheckpointError, match="made with another vqgan"):
        rehash(bank, new, old)
    with pytest.raises(CheckpointError, match="not a bank"):
        rehash(tmp_path / "none", old, new)
