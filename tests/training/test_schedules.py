"""The learning rate and the decay of averages over the steps of a training."""

from __future__ import annotations

import pytest

from vqclip.training import schedules
from vqclip.training.schedules import Progress, cosine_factor, warm_decay


def test_the_learning_rate_grows_and_falls_as_a_cosine() -> None:
    factors = [cosine_factor(step, step / 100, warmup=10, final=0.1) for step in range(101)]
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock of one number of seconds that the test sets."""
    now = [100.0]
    monkeypatch.setattr(schedules.time, "monotonic", lambda: now[0])
    return now


def test_steps_decide_without_minutes(clock: list[float]) -> None:
    training = Progress(201)
    clock[0] += 1e6
    assert [training.share(step) for step in (0, 50, 200)] == [0.0, 0.25, 1.0]
    assert not training.finished(200)
    assert training.finished(201)


def test_minutes_decide_when_they_pass_sooner(clock: list[float]) -> None:
    training = Progress(1001, minutes=2)
    clock[0] += 60
    assert training.share(10) == 0.5
    assert training.share(900) == 0.9
    assert not training.finished(10)
    clock[0] += 60
    assert training.finished(10)


def test_time_before_a_pause_counts(clock: list[float]) -> None:
    training = Progress(1000, minutes=2, spent=90)
    assert training.spent == 90
    clock[0] += 30
    assert training.finished(0)
