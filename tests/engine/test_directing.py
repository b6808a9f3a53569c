"""Directed pictures: every part at once, continued, in batches, and each comes nearer."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.tiny import tiny_models
from vqclip.config.job import Job
from vqclip.config.prompttable import read_prompts
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.losses import directional_distance, prompt_losses


@pytest.fixture
def photo(tmp_path: Path) -> str:
    image = Image.new("RGB", (16, 16), (200, 60, 40))
    image.paste((20, 60, 200), (8, 0, 16, 16))
    image.save(tmp_path / "photo.png")
    return str(tmp_path / "photo.png")


def finish(generation: Generation) -> Tensor:
    for _ in generation:
        pass
    return generation.images()


def with_prompts(job: Job, *entries: object) -> Job:
    prompts = tuple(prompt for entry in entries for prompt in read_prompts(entry))
    return Job(tuple(prompt.over(job.config.steps) for prompt in prompts), job.seed, job.config)


def everything(make_job, photo: str, seed: int = 0) -> Job:
    """A job with a part of each kind."""
    settings = {"keep": "top left", "latent__noise": 0.1, "start__candidates": 2}
    job = make_job(seed=seed, steps=5, start__image=photo, start__candidate_steps=2, **settings)
    return with_prompts(
        job,
        "a fox@right | fog@left:-0.5 | a hill",
        {0: "dawn", "3 steps": "night", "easing": "cosine", "region": "not center"},
        {"from": "a photo", "to": "a drawing"},
        {"style": photo, "weight": 0.5},
        {"image": photo, "region": "bottom"},
    )


@pytest.mark.parametrize("stop", [1, 3])
def test_a_directed_run_continued_equals_one_that_was_not(make_job, photo, stop) -> None:
    jobs = [everything(make_job, photo)]
    whole = finish(build(tiny_models(8, 6), jobs))
    first = build(tiny_models(8, 6), jobs)
    for _ in range(stop):
        first.advance()
    second = build(tiny_models(8, 6), jobs)
    second.load_state_dict(first.state_dict())
    assert torch.equal(finish(second), whole)


def test_a_directed_image_alone_equals_the_same_in_a_batch(make_job, photo) -> None:
    own = everything(make_job, photo, seed=1)
    jobs = [with_prompts(own, "a boat@center | b"), own, with_prompts(own, "a cow")]
    batch = finish(build(tiny_models(8, 6), jobs))
    for index, job in enumerate(jobs):
        alone = finish(build(tiny_models(8, 6), [job]))
        torch.testing.assert_close(batch[index], alone[0], atol=1e-4, rtol=0)


def test_starts_of_regions_do_not_depend_on_neighbours(make_job) -> None:
    shared = make_job(start__candidates=2, start__kind="auto", steps=3)
    jobs = [with_prompts(shared, text) for text in ("a fox@left | a hen@right", "a cow")]
    batch = finish(build(tiny_models(), jobs))
    for index, job in enumerate(jobs):
        alone = finish(build(tiny_models(), [job]))
        torch.testing.assert_close(batch[index], alone[0], atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    "entry",
    [
        "a fox@left",
        "fog@right:-1",
        {"text": "a fox", "region": "10%,10%,70%,80%"},
        {"from": "a photo", "to": "a drawing"},
        {"from": "a photo", "to": "a drawing", "region": "left"},
        "style",
        {0: "dawn", 1: "dawn:1.0000001"},
    ],
)
def test_steps_come_nearer_to_each_kind_of_prompt(make_job, photo, entry) -> None:
    entry = {"style": photo} if entry == "style" else entry
    still = {"augmentations": [], "cutouts__overview": 1, "optimizer__learning_rate": 0.2}
    job = make_job(steps=12, start__image=photo, start__noise=0.8, **still)
    entries = [entry] if entry != "fog@right:-1" else [entry, "a fox:0.001"]
    totals = [step.total for step in build(tiny_models(), [with_prompts(job, *entries)])]
    assert sum(totals[-3:]) < sum(totals[:3])


def test_the_directional_distance_is_that_of_angles() -> None:
    direction = torch.tensor([1.0, 0, 0])
    moves = torch.tensor([[2.0, 0, 0], [0, 0.5, 0], [-1, 0, 0], [1, 1, 0]])
    expected = torch.tensor([0, 1, 2, 1 - 0.5**0.5])
    torch.testing.assert_close(directional_distance(moves, direction), expected)
    start = torch.zeros(1, 3, requires_grad=True)
    directional_distance(start, direction).sum().backward()
    assert start.grad is not None
    assert start.grad[0, 0] < 0  # even where nothing has moved yet


def test_cutouts_count_by_their_shares() -> None:
    embeddings = torch.nn.functional.normalize(torch.randn(1, 3, 8), dim=-1)
    targets = torch.nn.functional.normalize(torch.randn(1, 2, 8), dim=-1)
    weights, stops = torch.tensor([[1.0, -2]]), torch.full((1, 2), -torch.inf)
    each = [prompt_losses(embeddings[:, k : k + 1], targets, weights, stops) for k in range(3)]
    shares = torch.tensor([[0.0, 1, 2]])
    found = prompt_losses(embeddings, targets, weights, stops, shares=shares)
    torch.testing.assert_close(found, (each[1] + 2 * each[2]) / 3)
