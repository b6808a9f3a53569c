"""Losses against closed forms; custom gradients; optimisers and schedules."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from vqclip.config.values import Schedule
from vqclip.engine import losses
from vqclip.engine.gradients import clamp_with_grad, straight_through
from vqclip.engine.optim import (
    OPTIMIZERS,
    Average,
    Optimizer,
    learning_rate_factor,
)
from vqclip.models.protocols import LatentUnits
from vqclip.randomness import Streams, stream


def optimizer_of(name: str, x: torch.Tensor, rate: float) -> Optimizer:
    return Optimizer(name, [x], learning_rate=rate, weight_decay=0, factor=lambda step: 1.0)


def sample_of(images: torch.Tensor) -> losses.Sample:
    z = torch.zeros(len(images), 4, 2, 2)
    return losses.Sample(images, z, z, LatentUnits.of_codebook(torch.eye(4)))


X, Y = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])


@pytest.mark.parametrize(("v", "expected"), [(X, 0.0), (Y, math.pi**2 / 8), (-X, math.pi**2 / 2)])
def test_spherical_distance(v, expected) -> None:
    u = X.clone().requires_grad_(True)
    distance = losses.spherical_distance(u, v)
    assert distance.item() == pytest.approx(expected, abs=0.01)
    distance.backward()
    assert u.grad is not None
    assert u.grad.isfinite().all()


def test_prompt_losses_equal_the_formula_and_respect_sign_and_stop() -> None:
    generator = torch.Generator().manual_seed(0)
    cutouts = F.normalize(torch.randn(2, 5, 3, generator=generator), dim=-1).requires_grad_(True)
    targets = F.normalize(torch.randn(2, 2, 3, generator=generator), dim=-1)
    weights = torch.tensor([[2.0, -0.5], [1.0, 0.0]])
    stops = torch.tensor([[-math.inf, -math.inf], [math.inf, -math.inf]])
    found = losses.prompt_losses(cutouts, targets, weights, stops)
    for image in range(2):
        for prompt in range(2):
            chord = (cutouts[image] - targets[image, prompt]).norm(dim=-1)
            mean = (2 * (chord / 2).arcsin() ** 2).mean()
            torch.testing.assert_close(found[image, prompt], weights[image, prompt] * mean)
    found.sum().backward()
    assert cutouts.grad is not None
    assert cutouts.grad[0].abs().sum() > 0
    assert cutouts.grad[1].abs().sum() == 0  # every cutout is below its stop


def test_variation_of_a_checkerboard_and_of_a_ramp() -> None:
    board = (torch.arange(6)[:, None] + torch.arange(6)) % 2
    board = board.float().expand(2, 3, 6, 6)
    torch.testing.assert_close(losses.total_variation(sample_of(board)), torch.full((2,), 2.0))
    torch.testing.assert_close(losses.smoothness(sample_of(board)), torch.full((2,), math.sqrt(2)))
    ramp = (torch.arange(5) / 10).expand(1, 3, 4, 5)
    assert losses.total_variation(sample_of(ramp)).item() == pytest.approx(0.01)


def test_saturation_prefers_color() -> None:
    gray = torch.full((1, 3, 4, 4), 0.5)
    red = gray.clone()
    red[:, 0] = 1.0
    assert losses.saturation(sample_of(red)) < losses.saturation(sample_of(gray))
    assert losses.saturation(sample_of(gray)).item() == pytest.approx(0, abs=1e-3)


def test_latent_distance_is_in_deviations() -> None:
    z = torch.full((2, 3, 2, 2), 4.0)
    deviation = torch.full((1, 3, 1, 1), 2.0)
    found = losses.latent_distance(z, torch.zeros(1, 3, 1, 1), deviation)
    torch.testing.assert_close(found, torch.full((2,), 4.0))


def test_straight_through_has_one_value_and_the_other_gradient() -> None:
    x = torch.tensor([0.1, 0.9], requires_grad=True)
    y = straight_through(x.round(), x * 3)
    assert y.tolist() == [0.0, 1.0]
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [3.0, 3.0]


def test_clamp_lets_gradients_through_that_lead_back() -> None:
    x = torch.tensor([-0.5, -0.5, 0.5, 1.5, 1.5], requires_grad=True)
    y = clamp_with_grad(x)
    assert y.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    y.backward(torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0]))
    assert x.grad is not None
    # Descent with gradient 1 moves down: away from the range at -0.5, back to it at 1.5.
    assert x.grad.tolist() == [0.0, -1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_descends_and_keeps_rows_apart(name) -> None:
    def run(rows: list[int]) -> torch.Tensor:
        x = torch.tensor([[1.0], [2.0], [3.0]])[rows].requires_grad_(True)
        optimizer = optimizer_of(name, x, 0.05)
        for _ in range(5):
            optimizer.zero_grad()
            x.square().sum().backward()
            optimizer.step(0)
        return x.detach()

    both = run([0, 1, 2])
    assert (both.abs() < torch.tensor([[1.0], [2.0], [3.0]])).all()
    assert torch.equal(run([1]), both[1:2])


def test_select_rows_continues_exactly() -> None:
    def step(x: torch.Tensor, optimizer: Optimizer) -> None:
        optimizer.zero_grad()
        x.square().sum().backward()
        optimizer.step(0)

    x = torch.tensor([[1.0], [2.0]], requires_grad=True)
    optimizer, part = optimizer_of("adam", x, 0.1), optimizer_of("adam", x, 0.1)
    step(x, optimizer)
    part.load_state_dict(optimizer.state_dict())
    row = x.detach()[1:].clone().requires_grad_(True)
    part.select(torch.tensor([1]), [row])
    step(x, optimizer)
    step(row, part)
    assert torch.equal(row, x[1:])


def test_learning_rates() -> None:
    settings = {"steps": 101, "warmup": 0, "final": 0.2, "step_at": 0.5}
    cosine = [learning_rate_factor(k, decay="cosine", **settings) for k in (0, 50, 100)]
    assert cosine == pytest.approx([1.0, 0.6, 0.2])
    steps = [learning_rate_factor(k, decay="step", **settings) for k in (0, 49, 50)]
    assert steps == [1.0, 1.0, 0.2]
    settings["warmup"] = 3
    warm = [learning_rate_factor(k, decay="constant", **settings) for k in range(5)]
    assert warm == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_schedules_are_linear_between_points() -> None:
    schedule = Schedule(((0.5, 1.0), (1.0, 0.0)))
    assert [schedule(at) for at in (0, 0.5, 0.75, 1)] == [1.0, 1.0, 0.5, 0.0]
    assert Schedule.constant(0).is_zero
    assert not schedule.is_zero


def test_the_average_of_a_constant_is_that_constant() -> None:
    average = Average(torch.zeros(2), 0.9)
    for _ in range(3):
        average.update(torch.tensor([1.0, 2.0]))
    torch.testing.assert_close(average.value, torch.tensor([1.0, 2.0]))


def test_streams_differ_by_name_and_seed_and_not_by_company() -> None:
    alone = Streams([stream(1, "init")]).normal(4)[0]
    company = Streams([stream(0, "init"), stream(1, "init")]).normal(4)[1]
    assert torch.equal(alone, company)
    assert not torch.equal(alone, Streams([stream(1, "cutouts")]).normal(4)[0])
    assert not torch.equal(alone, Streams([stream(2, "init")]).normal(4)[0])
