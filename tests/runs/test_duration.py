"""The duration of a picture: proportional to its parts, known before it is drawn."""

from __future__ import annotations

from itertools import count

import pytest

from tests.conftest import small_config
from tests.tiny import tiny_models
from vqclip.runs.duration import seconds_of


def seconds(**changes: object) -> float:
    """The duration where each part takes a second, at the size at which it is timed."""
    ticks = count()
    config = small_config(**{"width": 32, "height": 32, "steps": 10, **changes})
    return seconds_of(tiny_models(), config, clock=lambda: float(next(ticks)))


def test_the_duration_is_that_of_all_steps() -> None:
    assert seconds(cutouts__count=4) == pytest.approx(10 * (1 + 4))
    assert seconds(cutouts__count=8) == pytest.approx(10 * (1 + 8))
    assert seconds(cutouts__count=4, width=64) == pytest.approx(10 * (2 + 4))
    assert seconds(cutouts__count=4, steps=1000) == pytest.approx(1000 * (1 + 4))


def test_competing_starts_each_take_their_steps() -> None:
    several = seconds(cutouts__count=4, start__candidates=3, start__candidate_steps=2)
    assert several == pytest.approx((2 * 3 + 8) * 5)
