from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch.nn import functional as F

from tests.models.sketches.sketchmodels import SHAPE, tiny_sketch_model
from vqclip.models.sketches.packed import PackedLinear, can_pack
from vqclip.models.sketches.sketchfile import read_sketch, rounded, write_sketch


def test_packed_layers_multiply_as_precisely_as_bfloat16() -> None:
    matrix = torch.randn(64, 32, generator=torch.Generator().manual_seed(0))
    x = torch.randn(3, 5, 32, generator=torch.Generator().manual_seed(1))
    whole, scale = rounded(matrix)
    expected = F.linear(x, whole * scale[:, None].float())
    assert can_pack(whole)
    error = PackedLinear(whole, scale)(x) - expected
    assert error.square().mean() < 1e-4 * expected.square().mean()


def test_a_model_that_can_be_packed_is_read_so(tmp_path: Path) -> None:
    shape = replace(SHAPE, codes=32, width=32)
    model, path = tiny_sketch_model(shape), tmp_path / "sketch.safetensors"
    write_sketch(path, model.transformer.state_dict(), shape, model.vocabulary.tokens, "0" * 64)
    loaded = read_sketch(path).transformer
    assert isinstance(loaded.head, PackedLinear)
    assert sum(isinstance(layer, PackedLinear) for layer in loaded.modules()) == 4 * 2 + 1
    texts = model.vocabulary.read(["a red fox", "the blue cat"], shape.text)
    codes = torch.arange(shape.cells).expand(2, -1) % shape.codes
    before, after = model.transformer(texts, codes), loaded(texts, codes)
    assert (before - after).square().mean() < 5e-3 * before.square().mean()
