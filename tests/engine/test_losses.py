"""Losses against closed forms; each falls when it alone is optimised."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.values import Schedule
from vqclip.engine import losses
from vqclip.engine.gradients import leaf
from vqclip.engine.losses import TERMS, Sample, prompt_losses, regularise, spherical_distance
from vqclip.models.protocols import LatentUnits

X, Y = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])


def sample_of(images: Tensor, z: Tensor | None = None, start: Tensor | None = None) -> Sample:
    """A sample whose latents have 3 channels of mean 1 and deviation 2."""
    z = torch.zeros(len(images), 3, 2, 2) if z is None else z
    units = LatentUnits.of_codebook(torch.tensor([[-1.0] * 3, [3.0] * 3]))
    colors = torch.tensor([[0.0, 0, 0], [1, 0, 0], [1, 1, 1]])
    begun = torch.zeros_like(z) if start is None else start
    return Sample(images, z, begun, units, colors)


@pytest.fixture
def sample() -> Sample:
    """A sample of noise in images and latents, which are leaves."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(2, 3, 6, 8, generator=generator)
    z = torch.randn(2, 3, 2, 2, generator=generator)
    return sample_of(leaf(images), leaf(z))


@pytest.mark.parametrize(("v", "expected"), [(X, 0.0), (Y, math.pi**2 / 8), (-X, math.pi**2 / 2)])
def test_spherical_distance(v, expected) -> None:
    u = X.clone().requires_grad_(True)
    distance = spherical_distance(u, v)
    assert distance.item() == pytest.approx(expected, abs=0.01)
    (gradient,) = torch.autograd.grad(distance, u)
    assert gradient.isfinite().all()  # the norm has no derivative at 0, nor arcsin at 1


def test_prompt_losses_equal_the_formula_and_respect_sign_and_stop() -> None:
    generator = torch.Generator().manual_seed(0)
    cutouts = F.normalize(torch.randn(2, 5, 3, generator=generator), dim=-1).requires_grad_(True)
    targets = F.normalize(torch.randn(2, 2, 3, generator=generator), dim=-1)
    weights = torch.tensor([[2.0, -0.5], [1.0, 0.0]])
    stops = torch.tensor([[-math.inf, -math.inf], [math.inf, -math.inf]])
    found = prompt_losses(cutouts, targets, weights, stops)
    for image in range(2):
        for prompt in range(2):
            chord = (cutouts[image] - targets[image, prompt]).norm(dim=-1)
            mean = (2 * (chord / 2).arcsin() ** 2).mean()
            torch.testing.assert_close(found[image, prompt], weights[image, prompt] * mean)
    (gradient,) = torch.autograd.grad(found.sum(), cutouts)
    assert gradient[0].abs().sum() > 0
    assert gradient[1].abs().sum() == 0  # every cutout is below its stop


@pytest.mark.parametrize(("weight", "nearer"), [(1.0, True), (-1.0, False)])
def test_three_steps_move_towards_a_prompt_or_away_from_it(weight, nearer) -> None:
    v = torch.tensor([0.6, 0.8, 0.0, 0.0])[None, None]  # a cutout
    target = torch.tensor([1.0, 0.0, 0.0, 0.0])[None, None]
    distances = []
    for _ in range(4):
        v = leaf(F.normalize(v, dim=-1))
        never = torch.tensor([[-math.inf]])
        loss = prompt_losses(v, target, torch.tensor([[weight]]), never)
        distances.append(spherical_distance(v, target).item())
        v = v - 0.1 * torch.autograd.grad(loss.sum(), v)[0]
    assert distances == sorted(distances, reverse=nearer)
    assert len(set(distances)) == 4


def test_variation_of_a_checkerboard_and_of_a_ramp() -> None:
    board = (torch.arange(6)[:, None] + torch.arange(6)) % 2
    board = board.float().expand(2, 3, 6, 6)
    torch.testing.assert_close(losses.total_variation(sample_of(board)), torch.full((2,), 2.0))
    expected = torch.full((2,), math.sqrt(2))
    torch.testing.assert_close(losses.smoothness(sample_of(board)), expected)
    ramp = (torch.arange(5) / 10).expand(1, 3, 4, 5)
    assert losses.total_variation(sample_of(ramp)).item() == pytest.approx(0.01)
    assert losses.smoothness(sample_of(ramp)).item() == pytest.approx(0.1, abs=1e-4)


def test_saturation_is_the_colorfulness_of_hasler_and_suesstrunk() -> None:
    gray = torch.full((1, 3, 4, 4), 0.5)
    assert losses.saturation(sample_of(gray)).item() == pytest.approx(0, abs=1e-3)
    red = gray.clone()
    red[:, 0] = 1.0  # R - G = 0.5 and (R + G)/2 - B = 0.25 everywhere
    expected = -0.3 * math.hypot(0.5, 0.25)
    assert losses.saturation(sample_of(red)).item() == pytest.approx(expected, abs=1e-3)


def test_latents_are_pulled_by_squares_of_deviations() -> None:
    images, z = torch.zeros(2, 3, 4, 4), torch.full((2, 3, 2, 2), 5.0)
    sample = sample_of(images, z, start=torch.full_like(z, 4.0))
    assert losses.latent_shrink(sample).tolist() == [4.0, 4.0]  # (5 - 1) / 2 deviations
    assert losses.keep_init(sample).tolist() == [0.25, 0.25]  # (5 - 4) / 2


@pytest.mark.parametrize("name", TERMS)
def test_each_term_falls_when_it_alone_is_optimised(sample, name) -> None:
    values = []
    for _ in range(4):
        sample = sample_of(leaf(sample.images), leaf(sample.z))
        found = regularise(sample, {name: Schedule.constant(1)}, progress=0)
        values.append(found[name].sum().item())
        for part in (sample.images, sample.z):
            if part.grad is not None:
                part.data -= 0.5 * part.grad
    assert values == sorted(values, reverse=True)
    assert values[3] < values[0]


@pytest.mark.parametrize("name", TERMS)
def test_an_image_alone_has_the_values_it_has_in_a_batch(sample, name) -> None:
    alone = sample_of(sample.images[1:], sample.z[1:])
    torch.testing.assert_close(TERMS[name](alone), TERMS[name](sample)[1:])


@pytest.mark.parametrize("name", TERMS)
def test_each_term_says_what_it_is_for(name) -> None:
    assert TERMS[name].__doc__


def test_terms_are_weighed_by_the_progress_of_the_run(sample) -> None:
    weights = {name: Schedule(((0.0, 4.0), (1.0, 0.0))) for name in TERMS}
    found = regularise(sample, weights, progress=0.75)
    for name, values in found.items():
        torch.testing.assert_close(values, TERMS[name](sample).detach())
    total = sum(TERMS[name](sample).sum() for name in TERMS)
    for part in (sample.images, sample.z):
        (expected,) = torch.autograd.grad(total, part, retain_graph=True)
        torch.testing.assert_close(part.grad, expected)


def test_nothing_asked_for_is_nothing_done(sample) -> None:
    assert regularise(sample, {}, progress=0) == {}
    assert sample.images.grad is None
