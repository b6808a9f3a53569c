"""Runs that grow: what is carried from one size to the next, and that nothing is restarted."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import TinyVQGAN, tiny_models
from vqclip.engine.build import build
from vqclip.engine.extents import extent_at, extents_of, rate_at
from vqclip.engine.generation import Generation
from vqclip.engine.latent import Latent
from vqclip.engine.optim import OPTIMIZERS, Optimizer
from vqclip.engine.resample import resample

STAGES = {"stages": [16, 24, {"size": 32, "rate": 0.5, "cutouts": 3}], "steps": 10}


def run(generation: Generation) -> Tensor:
    list(generation)
    return generation.images()


def test_sizes_follow_the_steps(make_job) -> None:
    config = make_job(**STAGES, width=48, height=32).config
    extents = extents_of(config)
    assert [(own.first, own.width, own.height) for own in extents] == [
        *((0, 24, 16), (6, 36, 24), (8, 48, 32))
    ]
    at = [extent_at(extents, step) for step in (-1, 0, 5, 6, 7, 8, 9)]
    assert [extents.index(own) for own in at if own] == [0, 0, 0, 1, 1, 2, 2]
    assert [rate_at(config, step) for step in (0, 7, 8)] == [1, 1, 0.5]
    assert extent_at((), 3) is None


def test_a_run_grows_and_its_picture_has_one_size_all_the_while(make_job) -> None:
    generation = build(tiny_models(), [make_job(**STAGES)])
    shapes, pictures = [], []
    for _ in generation:
        shapes.append(tuple(generation.state.latent.z().shape[-2:]))
        pictures.append((tuple(generation.images().shape), tuple(generation.latest().shape)))
    assert shapes == [(4, 4)] * 6 + [(6, 6)] * 2 + [(8, 8)] * 2
    assert set(pictures) == {((1, 3, 32, 32), (1, 3, 32, 32))}
    assert generation.state.guidance.cutouts.count == 3
    assert generation.state.limits.height == 32


def test_what_is_drawn_so_far_goes_on(make_job) -> None:
    job = make_job(stages=[16, 32], steps=8, latent__average=0.5, optimizer__learning_rate=1e-6)
    generation = build(tiny_models(), [job])
    for _ in range(5):
        generation.advance()
    before = generation.images()
    generation.advance()  # the first of the second stage, at a rate of nearly nothing
    expected = TinyVQGAN().quantize(TinyVQGAN().encode(before))
    found = TinyVQGAN().decode(expected).clamp(0, 1)
    torch.testing.assert_close(generation.images(), found, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_moments_are_resampled_and_not_restarted(name: str) -> None:
    units = TinyVQGAN().units
    small = Latent(torch.zeros(1, 4, 4, 4), units, levels=16, falloff=0.8)
    optimizer = Optimizer(
        name, small.parameters, learning_rate=0.1, weight_decay=0, factor=lambda step: 1.0
    )
    for step in range(3):
        for level in small.parameters:
            level.grad = torch.randn(level.shape, generator=torch.Generator().manual_seed(step))
        optimizer.step(step)
    before = optimizer.state_dict()["state"]
    large = small.resized(torch.zeros(1, 4, 8, 8), wrap="")
    sizes = [level.shape[-2:] for level in large.parameters]
    optimizer.resize(large.parameters, lambda k, moment: resample(moment, *sizes[k]))
    after = optimizer.state_dict()["state"]
    assert len(after) == len(before) + 1
    for index, moments in before.items():
        for key, value in moments.items():
            if isinstance(value, Tensor) and value.dim() == 4:
                torch.testing.assert_close(after[index][key], resample(value, *sizes[index]))
                assert after[len(before)][key].abs().max() == 0
            else:
                assert torch.equal(torch.as_tensor(after[index][key]), torch.as_tensor(value))
    for level in large.parameters:
        level.grad = torch.ones_like(level)
    optimizer.step(3)
    assert all(level.detach().isfinite().all() for level in large.parameters)


@pytest.mark.parametrize("stop", [3, 6, 7, 9])
def test_a_run_that_grows_resumes_anywhere(make_job, stop: int) -> None:
    settings = {**STAGES, "seamless": "x", "palette": ["#000", "#fff", "#c33"]}
    settings |= {"start__candidates": 2, "start__candidate_steps": 2}
    jobs = [make_job(seed=seed, **settings) for seed in (1, 2)]
    whole = run(build(tiny_models(8, 6), jobs))
    first, second = build(tiny_models(8, 6), jobs), build(tiny_models(8, 6), jobs)
    for _ in range(stop):
        first.advance()
    second.load_state_dict(first.state_dict())
    assert torch.equal(run(second), whole)
    if stop == 3:
        assert torch.equal(run(build(tiny_models(8, 6), jobs[1:]))[0], whole[1])


def test_steps_lower_the_loss_after_growth_too(make_job) -> None:
    settings = {"augmentations": [], "cutouts__overview": 1, "optimizer__learning_rate": 0.2}
    job = make_job(stages=[16, 32], steps=24, **settings)
    found = [iterate.total for iterate in build(tiny_models(), [job])]
    assert sum(found[12:14]) < sum(found[:2])
    assert sum(found[-3:]) < sum(found[:3])
