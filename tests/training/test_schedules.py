"""The learning rate and the decay of averages over the steps of a training."""

from __future__ import annotations

import pytest

from vqclip.training.schedules import cosine_factor, warm_decay


def test_the_learning_rate_grows_and_falls_as_a_cosine() -> None:
    factors = [cosine_factor(step, steps=101, warmup=10, final=0.1) for step in range(101)]
    assert factors[0] == pytest.approx(1 / 11)
    assert max(factors) == factors[10]
    assert factors[50] == pytest.approx((1 + 0.1) / 2)
    assert factors[100] == pytest.approx(0.1)


def test_an_average_forgets_its_beginning() -> None:
    assert warm_decay(0.99, 0) == pytest.approx(0.1)
    assert warm_decay(0.99, 890) == 0.99
    average = 100.0
    for update in range(50):
        decay = warm_decay(0.999, update)
        average = decay * average + (1 - decay) * 1.0
    assert average == pytest.approx(1, abs=1e-3)
