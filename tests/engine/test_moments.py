"""Moments and averages that are changed between two steps."""

from __future__ import annotations

import pytest
import torch

from tests.tiny import tiny_models
from vqclip.engine.build import build
from vqclip.engine.optim import OPTIMIZERS, Average


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_moments_of_every_optimizer_are_changed_and_counts_are_not(make_job, name) -> None:
    generation = build(tiny_models(), [make_job(optimizer__name=name)])
    generation.advance()
    optimizer = generation.state.optimizer
    before = optimizer.state_dict()["state"]
    optimizer.map_moments_(lambda moment: 2 * moment)
    after = optimizer.state_dict()["state"]
    changed = 0
    for index, moments in before.items():
        for key, value in moments.items():
            shape = generation.state.latent.parameters[index].shape
            if value.shape == shape:
                assert torch.equal(after[index][key], 2 * value)
                changed += 1
            else:
                assert torch.equal(after[index][key], value)
    assert changed >= len(before)


def test_an_average_that_was_replaced_goes_on_from_there() -> None:
    average = Average(torch.zeros(1, 2), 0.5)
    average.update(torch.ones(1, 2))
    average.replace(torch.full((1, 2), 5.0))
    assert average.value.tolist() == [[5, 5]]
    average.update(torch.full((1, 2), 2.0))
    # Two values: the replaced one has half the weight of the new one.
    assert average.value.tolist() == [[3, 3]]
