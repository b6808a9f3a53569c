"""Times by arithmetic, on a clock of the test."""

from __future__ import annotations

import itertools

import pytest
import torch

from vqclip.benchmark import timing
from vqclip.benchmark.timing import Effort, Marks, Spread, time_laps, time_steps

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    """A clock that shows one second more whenever it is read."""
    ticks = itertools.count()
    monkeypatch.setattr(timing, "seconds", lambda device: float(next(ticks)))


def test_a_spread_is_the_median_and_the_quarter_points() -> None:
    assert Spread.of([5.0, 1.0, 2.0, 100.0, 3.0]) == Spread(3.0, 2.0, 5.0, 5)
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0, 1)


def test_laps_of_one_name_are_added() -> None:
    marks = Marks(CPU)
    marks.start()
    for name in ("decode", "cutouts", "decode"):
        marks.mark(name)
    assert marks.laps() == {"decode": 2000.0, "cutouts": 1000.0}


def test_steps_that_warm_up_do_not_count() -> None:
    done = []
    spread = time_steps(lambda: done.append(1), CPU, Effort(warmup=3, least=5, seconds=0))
    assert (spread.median, spread.count, len(done)) == (1000.0, 5, 8)


def test_each_lap_has_its_own_spread() -> None:
    def step(marks: Marks) -> None:
        marks.mark("decode")
        marks.mark("cutouts")

    spreads = time_laps(step, CPU, Effort(warmup=2, least=3, seconds=0))
    assert {name: spread.count for name, spread in spreads.items()} == {"decode": 3, "cutouts": 3}
    assert spreads["decode"].median == 1000.0
