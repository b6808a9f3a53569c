from __future__ import annotations

import pytest
import torch

from tests.models.sketches.sketchmodels import SHAPE, tiny_sketch_model
from vqclip.models.sketches.sampling import Sampling, pick, sample

MODEL = tiny_sketch_model()
TEXTS = ["a red fox", "the blue cat on the grass"]
DRAWS = torch.rand(2, SHAPE.cells, generator=torch.Generator().manual_seed(0))


def test_uniform_numbers_pick_codes_as_often_as_they_are_likely() -> None:
    logits = torch.tensor([0.1, 0.6, 0.3]).log().expand(1000, 3)
    draws = (torch.arange(1000) + 0.5) / 1000
    shares = pick(logits, draws, Sampling(temperature=1)).bincount(minlength=3) / 1000
    assert shares.tolist() == pytest.approx([0.1, 0.6, 0.3], abs=2e-3)
    two = pick(logits, draws, Sampling(temperature=1, top_k=2)).bincount(minlength=3) / 1000
    assert two.tolist() == pytest.approx([0, 2 / 3, 1 / 3], abs=2e-3)
    likely = pick(logits, draws, Sampling(temperature=1, top_p=0.5))
    assert set(likely.tolist()) == {1}
    assert set(pick(logits, draws, Sampling(temperature=0)).tolist()) == {1}


def test_equal_numbers_write_equal_sketches_whatever_stands_beside() -> None:
    both = sample(MODEL, TEXTS, DRAWS, Sampling())
    assert torch.equal(both, sample(MODEL, TEXTS, DRAWS, Sampling()))
    assert torch.equal(both[1:], sample(MODEL, TEXTS[1:], DRAWS[1:], Sampling()))
    assert not torch.equal(both[0], both[1])


def test_the_likeliest_codes_are_those_of_the_logits() -> None:
    codes = sample(MODEL, TEXTS, DRAWS, Sampling(guidance=1, temperature=0))
    tokens = MODEL.vocabulary.read(TEXTS, SHAPE.text)
    logits = MODEL.transformer(tokens, codes.flatten(1))
    assert torch.equal(logits.argmax(dim=-1), codes.flatten(1))


def test_guidance_pushes_away_from_no_text() -> None:
    codes = sample(MODEL, TEXTS, DRAWS, Sampling(guidance=3, temperature=0)).flatten(1)
    tokens = MODEL.vocabulary.read([*TEXTS, "", ""], SHAPE.text)
    told, free = MODEL.transformer(tokens, codes.repeat(2, 1)).chunk(2)
    assert torch.equal((free + 3 * (told - free)).argmax(dim=-1), codes)
