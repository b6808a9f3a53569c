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
from vqclip.files.atomic import sha256
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


def models_of(**hashes: str) -> Models:
    """Tiny models that pretend to be of weights of these names and hashes, the VQGAN's first."""
    vqgan, *perceptors = hashes.items()
    named = {f"vqgan {vqgan[0]}": vqgan[1]}
    named |= {f"perceptor {name}": own for name, own in perceptors}
    guides = tuple(TinyPerceptor() for _ in perceptors)
    return Models(TinyVQGAN(), guides, (1.0,) * len(guides), named)


def pair_of(vqgan: str, perceptor: str) -> Models:
    """The small pair by its names, with these hashes, behind another guide."""
    models = models_of(mini=vqgan, other="0" * 64)
    hashes = {**models.hashes, "perceptor mini": perceptor}
    return replace(models, perceptors=models.perceptors * 2, hashes=hashes)


def test_the_small_pair_brings_its_bank() -> None:
    owners = read_owners(MINI_BANK)
    models = pair_of(owners.vqgan, owners.perceptor)
    bank = find_bank(models)
    assert bank is not None
    assert bank.perceptor == 1
    assert find_bank(models) is bank  # read once
    assert all_hashes(models) == {**models.hashes, f"bank {MINI}": sha256(MINI_BANK)}


def test_the_small_pair_of_other_weights_is_refused() -> None:
    owners = read_owners(MINI_BANK)
    with pytest.raises(CheckpointError, match="another perceptor"):
        find_bank(pair_of(owners.vqgan, "0" * 64))


def test_other_names_bring_no_bank() -> None:
    owners = read_owners(MINI_BANK)
    for models in (
        models_of(copy=owners.vqgan, mini=owners.perceptor),
        models_of(mini=owners.vqgan, copy=owners.perceptor),
        models_of(mini=owners.vqgan),
        tiny_models(),
        replace(tiny_models(), hashes={}),
    ):
        assert find_bank(models) is None
        assert all_hashes(models) == models.hashes
