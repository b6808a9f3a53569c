"""The optimisation, whole, on tiny models."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.tiny import TinyPerceptor, TinyVQGAN, tiny_models
from vqclip.config.job import Job
from vqclip.config.prompt import Prompt
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.gradients import clamp_with_grad
from vqclip.engine.latent import quantize
from vqclip.engine.losses import TERMS, Sample
from vqclip.engine.optim import OPTIMIZERS
from vqclip.errors import DivergedError
from vqclip.models.load import Models

STILL = {"augmentations": [], "cutouts__overview": 1, "start__noise": 0.5}
"""Settings with which every step sees the same cutouts."""
CONTEST = {"start__candidates": 3, "start__candidate_steps": 2, "latent__noise": 0.1}


def finish(generation: Generation) -> Tensor:
    for _ in generation:
        pass
    return generation.images()


def totals(generation: Generation) -> list[float]:
    return [iterate.total for iterate in generation]


@pytest.mark.parametrize("levels", [1, 16])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_lower_the_loss(make_job, name, levels) -> None:
    settings = {"latent__levels": levels, "optimizer__name": name, "optimizer__learning_rate": 0.2}
    found = totals(build(tiny_models(), [make_job(steps=12, **settings, **STILL)]))
    assert sum(found[-3:]) < sum(found[:3])


def test_a_step_descends_the_gradient_of_one_graph(make_job, tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), (200, 40, 90)).save(tmp_path / "init.png")
    pulls = {"losses__keep_init": 3, "losses__latent_shrink": 2, "losses__saturation": 0.5}
    start = {"start__image": str(tmp_path / "init.png"), "start__noise": 0.2}
    job = make_job("a fox | fog:-0.5", latent__levels=1, **start, **pulls)
    generation = build(tiny_models(8, 6), [job])
    state, streams = generation.state, generation.state.streams["cutouts"]
    z = state.latent.z()
    before = streams.state()
    (losses,) = generation.advance().losses
    found = state.latent.parameters[0].grad  # that of the step

    streams.restore(before)
    z = z.detach().requires_grad_(True)
    images = clamp_with_grad(TinyVQGAN().decode(quantize(TinyVQGAN(), z)))
    sample = Sample(images, z, state.latent.base, state.latent.units)
    seen = [
        state.guidance.losses(images, part) for part in state.guidance.parts(streams, progress=0)
    ]
    weights = {"saturation": 0.5, "latent_shrink": 2.0, "keep_init": 3.0}
    terms = {name: weight * TERMS[name](sample) for name, weight in weights.items()}
    total = sum(part.sum() for part in (*seen, *terms.values()))
    (expected,) = torch.autograd.grad(total, z)
    torch.testing.assert_close(found, expected * state.latent.units.deviation)
    assert losses.total == pytest.approx(total.item(), rel=1e-5)
    assert losses.prompts == pytest.approx(sum(seen)[0].tolist(), rel=1e-5)
    assert losses.terms == pytest.approx({name: term.item() for name, term in terms.items()})


class CountingVQGAN(TinyVQGAN):
    """Counts the images it decodes."""

    decoded = 0

    def decode(self, z_q: Tensor) -> Tensor:
        self.decoded += len(z_q)
        return super().decode(z_q)


def test_a_step_decodes_each_image_once(make_job) -> None:
    models = tiny_models()
    vqgan = CountingVQGAN()
    generation = build(Models(vqgan, models.perceptors, (1.0,), {}), [make_job(), make_job(seed=1)])
    vqgan.decoded = 0
    assert len(list(generation)) == 4
    assert vqgan.decoded == 4 * 2


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(make_job) -> None:
    first, again, other = (
        finish(build(tiny_models(), [make_job(seed=seed)])) for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("candidates", [1, 3])
def test_an_image_alone_equals_the_same_in_a_batch(make_job, candidates) -> None:
    settings = {**CONTEST, "start__candidates": candidates}
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


def test_each_image_reports_its_own_prompts(make_job) -> None:
    jobs = [make_job("a fox | fog:-0.5"), make_job("a hen", losses__latent_shrink=0)]
    for iterate in build(tiny_models(), jobs):
        assert [len(losses.prompts) for losses in iterate.losses] == [2, 1]
        assert iterate.losses[0].prompts[1] < 0


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_run_continued_equals_one_that_was_not_interrupted(make_job, stop) -> None:
    jobs = [make_job(f"a {word}", steps=5, **CONTEST) for word in ("fox", "hill", "boat")]
    whole = finish(build(tiny_models(), jobs))
    first = build(tiny_models(), jobs)
    for iterate in first:
        if iterate.step == stop:
            break
    second = build(tiny_models(), jobs)
    second.load_state_dict(first.state_dict())
    assert second.step == stop
    assert torch.equal(finish(second), whole)


@pytest.mark.parametrize("stop", [1, 3])
def test_images_that_are_kept_go_on_as_if_alone(make_job, stop) -> None:
    jobs = [make_job(f"a {word}", steps=5, **CONTEST) for word in ("fox", "hill", "boat")]
    generation = build(tiny_models(), jobs)
    for _ in range(stop):
        generation.advance()
    generation.keep([2, 0])
    assert generation.jobs == (jobs[2], jobs[0])
    found = finish(generation)
    for image, job in zip(found, (jobs[2], jobs[0]), strict=True):
        alone = finish(build(tiny_models(), [job]))
        torch.testing.assert_close(image, alone[0], atol=1e-4, rtol=0)


def test_the_best_start_goes_on(make_job) -> None:
    several = {"steps": 3, "start__candidates": 4, "start__noise": 2.0}
    generation, waiting = (
        build(tiny_models(), [make_job(start__candidate_steps=steps, **several)])
        for steps in (1, 9)
    )
    reported = generation.advance().total
    waiting.advance()
    losses = waiting.state.score.value
    assert reported == pytest.approx(losses.min().item(), rel=1e-5)
    best = int(losses.argmin())
    assert torch.equal(generation.state.latent.z()[0], waiting.state.latent.z()[best])
    assert torch.equal(waiting.images(), generation.images())  # shows the best so far


class BrokenPerceptor(TinyPerceptor):
    """Returns NaN from its third call on, of some images of a batch."""

    def __init__(self, broken: slice) -> None:
        super().__init__()
        self.calls, self.broken = 0, broken

    def encode_image(self, cutouts: Tensor) -> Tensor:
        self.calls += 1
        found = super().encode_image(cutouts)
        if self.calls < 3:
            return found
        mask = torch.zeros(len(found), 1)
        mask[self.broken] = torch.nan
        return found + mask


def test_a_loss_that_is_not_finite_stops_and_keeps_the_last_picture(make_job) -> None:
    models, jobs = tiny_models(), [make_job(), make_job(seed=1)]
    perceptor = BrokenPerceptor(slice(4, 8))  # the cutouts of the second image
    broken = build(Models(models.generator, (perceptor,), (1.0,), {}), jobs)
    with pytest.raises(DivergedError, match="step 3") as caught:
        finish(broken)
    assert caught.value.images == (1,)
    good = build(models, jobs)
    for iterate in good:
        if iterate.step == 2:
            break
    assert broken.step == 2
    assert torch.equal(broken.images(), good.images())


def test_any_size_is_the_middle_of_what_is_decoded(make_job) -> None:
    generation = build(tiny_models(), [make_job(width=37, height=22)])
    found = finish(generation)
    vqgan = TinyVQGAN()
    whole = vqgan.decode(vqgan.quantize(generation.state.average.value)).clamp(0, 1)
    assert whole.shape == (1, 3, 24, 40)
    assert torch.equal(found, whole[..., 1:23, 1:38])


@pytest.mark.parametrize("kind", ["smooth", "codes", "pixels", "gradient", "fractal"])
def test_every_start_comes_nearer_to_its_prompt(make_job, kind) -> None:
    found = totals(build(tiny_models(), [make_job(steps=24, start__kind=kind, **STILL)]))
    assert sum(found[-3:]) < sum(found[:3])


def test_keep_init_holds_the_latent_at_the_init_image(make_job, tmp_path: Path) -> None:
    path = tmp_path / "init.png"
    Image.new("RGB", (30, 20), (200, 40, 40)).save(path)

    def drift(weight: float) -> float:
        job = make_job(steps=10, start__image=str(path), losses__keep_init=weight)
        generation = build(tiny_models(), [job])
        finish(generation)
        latent = generation.state.latent
        return (latent.z() - latent.base).square().mean().item()

    assert drift(50) < 0.5 * drift(0)


@pytest.mark.parametrize("name", [name for name in TERMS if name not in ("keep_init", "palette")])
def test_the_sign_of_a_weight_says_whether_its_term_falls(make_job, name) -> None:
    def last(weight: float) -> float:
        settings = {f"losses__{name}": weight, "optimizer__learning_rate": 0.2, **STILL}
        jobs = [make_job(seed=seed, steps=12, **settings) for seed in range(4)]
        generation = build(tiny_models(), jobs)
        finish(generation)
        latent, images = generation.state.latent, generation.images()
        colors = generation.state.limits.colors(images)
        sample = Sample(images, latent.z(), latent.base, latent.units, colors)
        return TERMS[name](sample).mean().item()

    assert last(50) < last(-50)


def test_a_negative_prompt_pushes_away(make_job) -> None:
    def distance(prompt: str) -> float:
        (*_, last) = build(tiny_models(), [make_job(prompt, steps=10)])
        return abs(last.losses[0].prompts[1])

    assert distance("a | b:-1") > distance("a | b:1")


def test_images_and_noise_are_prompts_too(make_job, tmp_path: Path) -> None:
    path = tmp_path / "aim.png"
    Image.new("RGB", (30, 20), (20, 40, 200)).save(path)
    prompts = (Prompt(str(path), "image"), Prompt("5", "noise", 0.5))
    job = Job(prompts, 0, make_job(steps=12, **STILL).config)
    found = totals(build(tiny_models(), [job]))
    assert sum(found[-3:]) < sum(found[:3])


def test_token_noise_changes_what_is_decoded_and_not_what_is_kept(make_job) -> None:
    quiet, noisy = (
        build(tiny_models(), [make_job(latent__noise=noise, start__kind="smooth", **STILL)])
        for noise in (0, 2.0)
    )
    assert torch.equal(quiet.state.latent.z(), noisy.state.latent.z())
    assert torch.equal(quiet.images(), noisy.images())
    assert quiet.advance().total != noisy.advance().total


def test_words_out_of_reach_are_named(make_job) -> None:
    found = build(tiny_models(), [make_job("zarquon")]).warnings
    assert "zarquon" in found[0]
