"""The bank: its file, and the models that find it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.tiny import TinyPerceptor, TinyVQGAN, tiny_bank, tiny_models
from vqclip.config.choices import MINI
from vqclip.engine.starts.picturebank import (
    Owners,
    all_hashes,
    find_bank,
    read_bank,
    read_owners,
    write_bank,
)
from vqclip.errors import CheckpointError
from vqclip.files import sha256
from vqclip.models.load import Models
from vqclip.models.shipped import MINI_BANK

OWNERS = Owners("a" * 64, "b" * 64)


def test_a_bank_is_read_as_it_was_written(tmp_path: Path) -> None:
    path, bank = tmp_path / "bank.safetensors", tiny_bank()
    write_bank(path, bank, OWNERS)
    assert read_owners(path) == OWNERS
    found = read_bank(path, OWNERS)
    assert torch.equal(found.codes, bank.codes)
    torch.testing.assert_close(found.embeddings, bank.embeddings, atol=2e-3, rtol=0)
    assert found.captions == bank.captions


@pytest.mark.parametrize("owner", ["vqgan", "perceptor"])
def test_a_bank_of_other_weights_is_refused(tmp_path: Path, owner: str) -> None:
    path = tmp_path / "bank.safetensors"
    write_bank(path, tiny_bank(), OWNERS)
    with pytest.raises(CheckpointError, match=f"another {owner}"):
        read_bank(path, replace(OWNERS, **{owner: "c" * 64}))


def test_a_damaged_or_missing_bank_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.safetensors"
    for content in (None, b"not a bank"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CheckpointError, match="not a bank"):
            read_bank(path, OWNERS)
        with pytest.raises(CheckpointError, match="not a bank"):
            read_owners(path)


def models_of(*hashes: str) -> Models:
    """Tiny models that pretend to be of weights of these hashes, the VQGAN's first."""
    names = ["vqgan x", *(f"perceptor {k}" for k in range(1, len(hashes)))]
    perceptors = tuple(TinyPerceptor() for _ in hashes[1:])
    weights = (1.0,) * len(perceptors)
    return Models(TinyVQGAN(), perceptors, weights, dict(zip(names, hashes, strict=True)))


def test_the_weights_find_the_bank_whatever_their_names() -> None:
    owners = read_owners(MINI_BANK)
    models = models_of(owners.vqgan, "0" * 64, owners.perceptor)
    bank = find_bank(models)
    assert bank is not None
    assert bank.perceptor == 1
    assert find_bank(models) is bank  # read once
    assert all_hashes(models) == {**models.hashes, f"bank {MINI}": sha256(MINI_BANK)}


def test_other_weights_find_no_bank() -> None:
    owners = read_owners(MINI_BANK)
    for models in (
        models_of("0" * 64, owners.perceptor),
        models_of(owners.vqgan, "0" * 64),
        models_of(owners.vqgan),
        tiny_models(),
        replace(tiny_models(), hashes={}),
    ):
        assert find_bank(models) is None
        assert all_hashes(models) == models.hashes
