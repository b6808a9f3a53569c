"""The state of an optimisation: some rows of it, other latents, saved and loaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from tests.tiny import tiny_models
from vqclip.config.job import Job
from vqclip.engine.build import build
from vqclip.engine.generation import Generation

MakeJob = Callable[..., Job]


def begun(make_job: MakeJob, *prompts: str, steps: int = 2) -> Generation:
    """A generation of some prompts after some steps."""
    jobs = [make_job(text, seed, steps=9, latent__noise=0.1) for seed, text in enumerate(prompts)]
    generation = build(tiny_models(), jobs)
    for _ in range(steps):
        generation.advance()
    return generation


def moments(generation: Generation) -> list[Tensor]:
    states = generation.state.optimizer.state_dict()["state"].values()
    return [state["exp_avg"] for state in states]


def test_chosen_rows_keep_all_that_is_theirs(make_job: MakeJob) -> None:
    generation, rows = begun(make_job, "a fox", "a hen", "fog"), torch.tensor([2, 0])
    state = generation.state
    z, average, score = state.latent.z().detach(), state.average.value, state.score.value
    targets = state.guidance.guides[0].targets.vectors
    before, streams = moments(generation), state.streams["cutouts"].generators
    state.select(rows)
    assert len(state) == 2
    assert torch.equal(state.latent.z(), z[rows])
    assert torch.equal(state.average.value, average[rows])
    assert torch.equal(state.score.value, score[rows])
    assert torch.equal(state.guidance.guides[0].targets.vectors, targets[rows])
    assert state.streams["cutouts"].generators == (streams[2], streams[0])
    for found, expected in zip(moments(generation), before, strict=True):
        assert torch.equal(found, expected[rows])


def test_the_optimizer_moves_the_rows_that_were_chosen(make_job: MakeJob) -> None:
    generation = begun(make_job, "a fox", "a hen")
    generation.keep([1])
    before = generation.state.latent.z().detach()
    generation.advance()
    assert (generation.state.latent.z() - before).abs().max() > 0


def test_other_latents_go_on_with_the_same_moments(make_job: MakeJob) -> None:
    generation = begun(make_job, "a fox", "a hen")
    state, before = generation.state, moments(generation)
    other = (state.latent.z() * 0.5).roll(1, dims=-1).detach()
    state.rebase(other)
    assert torch.equal(state.latent.z(), other)
    for found, expected in zip(moments(generation), before, strict=True):
        assert torch.equal(found, expected)
    decoded = generation.models.generator.decode(generation.models.generator.quantize(other))
    assert torch.equal(generation.images(), decoded.clamp(0, 1))  # nothing of what was before
    first = generation.advance()
    assert first.step == 3
    assert (state.latent.z() - other).abs().max() > 0


@pytest.mark.parametrize("name", ["cutouts", "noise"])
def test_a_loaded_state_draws_what_the_saved_one_would(make_job: MakeJob, name) -> None:
    first, second = begun(make_job, "a fox"), begun(make_job, "a fox", steps=0)
    second.state.load_state_dict(first.state.state_dict())
    drawn = first.state.streams[name].normal(5)
    assert torch.equal(second.state.streams[name].normal(5), drawn)


def test_a_saved_state_does_not_follow_the_steps(make_job: MakeJob) -> None:
    generation = begun(make_job, "a fox")
    saved, z = generation.state.state_dict(), generation.state.latent.z().detach()
    generation.advance()
    generation.state.load_state_dict(saved)
    assert torch.equal(generation.state.latent.z(), z)
