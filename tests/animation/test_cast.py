"""Targets of scenes, and between them."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from tests.tiny import tiny_models
from vqclip.animation.cast import Cast, blend, slerp
from vqclip.engine.build import build
from vqclip.engine.targets import Targets


def unit(seed: int) -> torch.Tensor:
    return F.normalize(torch.randn(12, generator=torch.Generator().manual_seed(seed)), dim=0)


def targets(vectors: list[torch.Tensor], weights: list[float]) -> Targets:
    stops = torch.full((1, len(weights)), -math.inf)
    return Targets(torch.stack(vectors)[None], torch.tensor([weights]), stops)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_the_way_between_two_directions_has_an_even_angle(share) -> None:
    start, end = unit(0), unit(1)
    found = slerp(start, end, share)
    whole = float((start @ end).arccos())
    assert float(found.norm()) == pytest.approx(1)
    assert float((start @ found).clamp(-1, 1).arccos()) == pytest.approx(share * whole, abs=1e-3)
    assert float((end @ found).clamp(-1, 1).arccos()) == pytest.approx(
        (1 - share) * whole, abs=1e-3
    )


def test_equal_and_opposite_directions_do_not_break_it() -> None:
    start = unit(0)
    assert torch.equal(slerp(start, start, 0.3), start)
    assert torch.equal(slerp(start, -start, 0.7), -start)


def test_prompts_fade_in_pairs_and_others_exchange_their_weights() -> None:
    one, two, three, four = map(unit, range(4))
    old = targets([one, two], [1.0, -0.5])
    new = targets([three, four], [3.0, 0.5])
    middle = blend(old, new, 0.25)
    assert torch.allclose(middle.weights, torch.tensor([[1.5, -0.375, 0.125]]))
    assert torch.allclose(middle.vectors[0, 0], slerp(one, three, 0.25))
    assert torch.equal(middle.vectors[0, 1:], torch.stack([two, four]))


def test_a_prompt_without_partner_fades_by_its_weight() -> None:
    one, two, three = map(unit, range(3))
    middle = blend(targets([one], [1.0]), targets([two, three], [1.0, 0.8]), 0.5)
    assert torch.allclose(middle.weights, torch.tensor([[1.0, 0.4]]))


def test_at_its_ends_a_fade_is_the_scene_itself(make_job) -> None:
    models = tiny_models(8, 6)
    jobs = [make_job("a fox | fog:-0.5"), make_job("a red house")]
    cast = Cast(models, jobs)
    generation = build(models, [jobs[0]])
    own = [guide.targets for guide in generation.state.guidance.guides]
    cast.put_on(generation, 0, 1, 0.0)
    for guide, before in zip(generation.state.guidance.guides, own, strict=True):
        at = guide.targets.weights != 0
        assert torch.allclose(guide.targets.vectors[at], before.vectors[0], atol=1e-6)
    cast.put_on(generation, 0, 1, 1.0)
    for guide, wanted in zip(generation.state.guidance.guides, cast.scenes[1], strict=True):
        assert torch.equal(guide.targets.vectors, wanted.vectors)
    cast.put_on(generation, 0, 1, 0.5)
    assert len(generation.advance().losses) == 1
