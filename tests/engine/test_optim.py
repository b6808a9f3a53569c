"""Optimisers, the learning rate over the run, and moving averages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vqclip.engine.optim import OPTIMIZERS, Average, Optimizer, learning_rate_factor


def optimizer_of(
    name: str, x: Tensor, rate: float = 0.05, factor: Callable[[int], float] = lambda step: 1.0
) -> Optimizer:
    return Optimizer(name, [x], learning_rate=rate, weight_decay=0, factor=factor)


def descend(x: Tensor, optimizer: Optimizer, steps: int = 1) -> None:
    for step in range(steps):
        optimizer.zero_grad()
        x.square().sum().backward()
        optimizer.step(step)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_descends_and_keeps_rows_apart(name) -> None:
    start = torch.tensor([[1.0], [2.0], [3.0]])

    def run(rows: list[int]) -> Tensor:
        x = start[rows].requires_grad_(True)
        descend(x, optimizer_of(name, x), 5)
        return x.detach()

    together = run([0, 1, 2])
    assert (together.abs() < start).all()
    assert torch.equal(run([1]), together[1:2])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_chosen_rows_continue_exactly(name) -> None:
    x = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
    optimizer, part = optimizer_of(name, x), optimizer_of(name, x)
    descend(x, optimizer, 3)
    part.load_state_dict(optimizer.state_dict())
    rows = torch.tensor([2, 0])
    chosen = x.detach()[rows].requires_grad_(True)
    part.select(rows, [chosen])
    descend(x, optimizer, 2)
    descend(chosen, part, 2)
    assert torch.equal(chosen, x[rows])


def test_the_learning_rate_is_that_of_the_step() -> None:
    x = torch.tensor([1.0], requires_grad=True)
    optimizer = optimizer_of("adam", x, rate=0.2, factor=[0.5, 0.25].__getitem__)
    for step, rate in ((0, 0.1), (1, 0.05)):
        before = x.item()
        optimizer.zero_grad()
        x.sum().backward()  # of a constant gradient: Adam moves by the learning rate
        optimizer.step(step)
        assert before - x.item() == pytest.approx(rate, rel=1e-4)


def test_a_saved_state_does_not_follow_the_optimizer() -> None:
    x = torch.tensor([1.0], requires_grad=True)
    optimizer = optimizer_of("adam", x)
    descend(x, optimizer)
    saved = optimizer.state_dict()
    moment = saved["state"][0]["exp_avg"].clone()
    descend(x, optimizer)
    assert torch.equal(saved["state"][0]["exp_avg"], moment)


def test_learning_rates() -> None:
    settings = {"steps": 101, "warmup": 0, "final": 0.2, "step_at": 0.5}
    cosine = [learning_rate_factor(k, decay="cosine", **settings) for k in (0, 50, 100)]
    assert cosine == pytest.approx([1.0, 0.6, 0.2])
    steps = [learning_rate_factor(k, decay="step", **settings) for k in (0, 49, 50)]
    assert steps == [1.0, 1.0, 0.2]
    settings["warmup"] = 3
    warm = [learning_rate_factor(k, decay="constant", **settings) for k in range(5)]
    assert warm == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_an_average_weighs_values_by_their_age() -> None:
    average = Average(torch.zeros(2), 0.5)
    assert average.empty
    for value in ([4.0, 0.0], [2.0, 1.0]):
        average.update(torch.tensor(value))
    assert not average.empty
    # The bias correction makes the weights 1/3 and 2/3 of 1/4 and 1/2.
    torch.testing.assert_close(average.value, torch.tensor([(4 + 2 * 2) / 3, 2 / 3]))
    average.select(torch.tensor([1]))
    torch.testing.assert_close(average.value, torch.tensor([2 / 3]))
    average.reset()
    assert average.empty
    average.update(torch.tensor([7.0]))
    torch.testing.assert_close(average.value, torch.tensor([7.0]))


def test_without_memory_an_average_is_the_last_value() -> None:
    average = Average(torch.zeros(1), 0.0)
    for value in (3.0, 5.0):
        average.update(torch.tensor([value]))
    assert average.value.tolist() == [5.0]
