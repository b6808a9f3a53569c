from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models.sketches.sketchmodels import SHAPE, tiny_sketch_model
from vqclip.errors import CheckpointError
from vqclip.models.sketches.sketchfile import codebook_hash, read_sketch, rounded, write_sketch


def test_rows_are_rounded_by_half_a_level() -> None:
    matrix = torch.randn(5, 40, generator=torch.Generator().manual_seed(0))
    whole, scale = rounded(matrix)
    assert whole.dtype == torch.int8
    error = (whole * scale[:, None].float() - matrix).abs()
    assert (error <= 0.51 * scale[:, None].float()).all()


def test_a_file_gives_the_model_back(tmp_path: Path) -> None:
    model, path = tiny_sketch_model(), tmp_path / "sketch.safetensors"
    weights, tokens = model.transformer.state_dict(), model.vocabulary.tokens
    write_sketch(path, weights, SHAPE, tokens, "f" * 64)
    loaded = read_sketch(path)
    assert loaded.codebook == "f" * 64
    assert loaded.vocabulary.tokens == tokens
    assert loaded.transformer.shape == replace(SHAPE, words=len(model.vocabulary))  # pruned
    texts = model.vocabulary.read(["a red fox", "the blue cat"], SHAPE.text)
    codes = torch.arange(SHAPE.cells).expand(2, -1) % SHAPE.codes
    before, after = model.transformer(texts, codes), loaded.transformer(texts, codes)
    assert (before - after).square().mean() < 1e-3 * before.square().mean()


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sketch.safetensors"
    with pytest.raises(CheckpointError, match="is not a sketch model"):
        read_sketch(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="is not a sketch model"):
        read_sketch(path)


def test_a_codebook_is_known_in_half_precision() -> None:
    codebook = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))
    assert codebook_hash(codebook) == codebook_hash(codebook.half().float())
    assert codebook_hash(codebook) != codebook_hash(codebook.flip(0))
