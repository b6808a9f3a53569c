"""The optimisation, whole, on tiny models."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.tiny import TinyPerceptor, tiny_models
from vqclip.engine.build import build
from vqclip.engine.cutouts import CutoutPlan
from vqclip.engine.generation import Generation
from vqclip.engine.iterate import Iterate
from vqclip.engine.optim import OPTIMIZERS
from vqclip.errors import DivergedError
from vqclip.models.load import Models


def finish(generation: Generation) -> Tensor:
    for _ in generation:
        pass
    return generation.images()


def totals(generation: Generation) -> list[float]:
    return [iterate.total for iterate in generation]


@pytest.mark.parametrize("levels", [1, 16])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_lower_the_loss(make_job, name, levels) -> None:
    job = make_job(
        steps=12,
        latent__levels=levels,
        optimizer__name=name,
        optimizer__learning_rate=0.2,
        cutouts__overview=1,
        augmentations=[],
    )
    found = totals(build(tiny_models(), [job]))
    assert sum(found[-3:]) < sum(found[:3])


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(make_job) -> None:
    first, again, other = (
        finish(build(tiny_models(), [make_job(seed=seed)])) for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("candidates", [1, 3])
def test_an_image_alone_equals_the_same_in_a_batch(make_job, candidates) -> None:
    settings = {"start__candidates": candidates, "start__candidate_steps": 2, "latent__noise": 0.1}
    jobs = [make_job(f"a {word}", seed, **settings) for seed, word in enumerate("abcd")]
    batch = finish(build(tiny_models(), jobs))
    for index, job in enumerate(jobs):
        alone = finish(build(tiny_models(), [job]))
        torch.testing.assert_close(batch[index], alone[0], atol=1e-4, rtol=0)


def test_the_chunk_does_not_change_the_picture(make_job) -> None:
    whole, parts = (
        finish(build(tiny_models(), [make_job(cutouts__count=5, cutouts__chunk=chunk)]))
        for chunk in (5, 2)
    )
    torch.testing.assert_close(whole, parts, atol=1e-5, rtol=0)


def test_the_gradient_at_the_image_is_that_of_one_graph(make_job) -> None:
    models = tiny_models(8, 6)
    generation = build(models, [make_job(cutouts__count=6, cutouts__chunk=4)])
    guidance, streams = generation.state.guidance, generation.state.streams["cutouts"]
    state = streams.state()
    leaf = torch.rand(1, 3, 16, 16, requires_grad=True)
    guidance.gather(leaf, streams, progress=0.5)

    streams.restore(state)
    image = leaf.detach().requires_grad_(True)
    plan: CutoutPlan = guidance.cutouts.plan(streams, progress=0.5)
    total = torch.zeros(())
    for guide, weight in zip(guidance.guides, (2 / 3, 1 / 3), strict=True):
        perceptor, targets = guide.perceptor, guide.targets
        filled = guidance.cutouts.fields(plan, streams, size=perceptor.size)
        cut = guidance.cutouts.make(image, filled, size=perceptor.size, part=slice(None))
        chord = (perceptor.encode_image(cut[0]) - targets.vectors[0, 0]).norm(dim=-1)
        total = total + weight * (2 * (chord / 2).arcsin() ** 2).mean()
    total.backward()
    assert leaf.grad is not None
    torch.testing.assert_close(leaf.grad, image.grad, atol=1e-6, rtol=1e-4)


def test_versions_of_images_meet_the_same_cutouts(make_job) -> None:
    jobs = [make_job(seed=seed, cutouts__count=5, cutouts__chunk=2) for seed in (0, 1)]
    generation = build(tiny_models(8, 6), jobs)
    guidance, streams = generation.state.guidance, generation.state.streams["cutouts"]
    versions = [torch.rand(2, 3, 16, 16) for _ in range(2)]
    state = streams.state()
    found = guidance.compare([*versions, versions[0]], streams, progress=0.5)
    assert torch.equal(found[0], found[2])
    for own, version in zip(found, versions, strict=False):
        streams.restore(state)
        named = guidance.gather(version.requires_grad_(True), streams, progress=0.5)
        torch.testing.assert_close(own, named.sum(dim=1))


class Greedy(TinyPerceptor):
    """Runs out of memory beyond two cutouts."""

    def encode_image(self, cutouts: Tensor) -> Tensor:
        if len(cutouts) > 2:
            raise torch.OutOfMemoryError("too many")
        return super().encode_image(cutouts)


def test_out_of_memory_halves_the_chunk_and_keeps_the_picture(make_job) -> None:
    job = make_job(cutouts__count=7)
    models = tiny_models()
    greedy = Models(models.generator, (Greedy(),), (1.0,), {})
    generation = build(greedy, [job])
    found = finish(generation)
    assert generation.state.guidance.chunk == 2
    torch.testing.assert_close(found, finish(build(models, [job])), atol=1e-5, rtol=0)


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_run_continued_equals_one_that_was_not_interrupted(make_job, stop) -> None:
    settings = {"start__candidates": 3, "start__candidate_steps": 2, "latent__noise": 0.1}
    jobs = [make_job(f"a {word}", steps=5, **settings) for word in ("fox", "hill", "boat")]
    whole = finish(build(tiny_models(), jobs))
    first = build(tiny_models(), jobs)
    for iterate in first:
        if iterate.step == stop:
            break
    second = build(tiny_models(), jobs)
    second.load_state_dict(first.state_dict())
    assert second.step == stop
    assert torch.equal(finish(second), whole)


def test_the_best_candidate_goes_on(make_job) -> None:
    job = make_job(steps=3, start__candidates=4, start__candidate_steps=1, start__noise=2.0)
    generation = build(tiny_models(), [job])
    steps = iter(generation)
    next(steps)
    assert len(generation.state.latent.base) == 1
    single = build(tiny_models(), [make_job(steps=3, start__noise=2.0)])
    assert next(iter(single)).total >= generation.state.score.value.item() - 1e-6


class Broken(TinyPerceptor):
    """Returns NaN from its third call on."""

    calls = 0

    def encode_image(self, cutouts: Tensor) -> Tensor:
        self.calls += 1
        found = super().encode_image(cutouts)
        return found * float("nan") if self.calls >= 3 else found


def test_a_loss_that_is_not_finite_stops_and_keeps_the_last_picture(make_job) -> None:
    models = tiny_models()
    broken = build(Models(models.generator, (Broken(),), (1.0,), {}), [make_job()])
    with pytest.raises(DivergedError, match="step 3"):
        finish(broken)
    good = build(models, [make_job()])
    for iterate in good:
        if iterate.step == 2:
            break
    assert torch.equal(broken.images(), good.images())


def test_any_size_comes_out_exactly(make_job) -> None:
    found = finish(build(tiny_models(), [make_job(width=37, height=22)]))
    assert found.shape == (1, 3, 22, 37)
    assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize("kind", ["smooth", "codes", "pixels", "gradient", "fractal"])
def test_every_start_draws(make_job, kind) -> None:
    found = finish(build(tiny_models(), [make_job(start__kind=kind)]))
    assert found.isfinite().all()


def test_keep_init_holds_the_latent_at_the_init_image(make_job, tmp_path: Path) -> None:
    path = tmp_path / "init.png"
    Image.new("RGB", (30, 20), (200, 40, 40)).save(path)
    drift = []
    for weight in (0, 50):
        job = make_job(steps=10, start__image=str(path), losses__keep_init=weight)
        generation = build(tiny_models(), [job])
        last = list(generation)[-1]
        assert ("keep_init" in last.losses[0].terms) == bool(weight)
        drift.append(
            (generation.state.latent.z() - generation.state.latent.base).square().mean().item()
        )
    assert drift[1] < drift[0]


@pytest.mark.parametrize("name", ["total_variation", "smoothness", "saturation", "latent_shrink"])
def test_a_regulariser_changes_the_picture_and_is_named(make_job, name) -> None:
    plain = build(tiny_models(), [make_job()])
    finish(plain)
    generation = build(tiny_models(), [make_job(**{f"losses__{name}": 20})])
    iterates: list[Iterate] = list(generation)
    assert name in iterates[0].losses[0].terms
    assert not torch.equal(generation.state.latent.z(), plain.state.latent.z())


def test_a_negative_prompt_pushes_away(make_job) -> None:
    def distance(prompt: str) -> float:
        last = list(build(tiny_models(), [make_job(prompt, steps=10)]))[-1]
        return abs(last.losses[0].prompts[1])

    assert distance("a | b:-1") > distance("a | b:1")


def test_images_and_noise_are_prompts_too(make_job, tmp_path: Path) -> None:
    path = tmp_path / "aim.png"
    Image.new("RGB", (30, 20), (20, 40, 200)).save(path)
    from vqclip.config.job import Job
    from vqclip.config.prompt import Prompt

    job = make_job(steps=8)
    prompts = (Prompt(str(path), "image"), Prompt("5", "noise", 0.5))
    found = totals(build(tiny_models(), [Job(prompts, 0, job.config)]))
    assert min(found[4:]) < found[0]


def test_words_out_of_reach_are_named(make_job) -> None:
    long = " ".join(["word"] * 15)
    found = build(tiny_models(), [make_job(f"zarquon | {long}")]).warnings
    assert any("zarquon" in text for text in found)
    assert any("14 tokens" in text and "'word'" in text for text in found)
