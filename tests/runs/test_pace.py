"""The pace of a batch: phases are timed apart, and steps and seconds are each other's inverse."""

from __future__ import annotations

import pytest

from tests.tiny import tiny_models
from vqclip.engine.iterate import Iterate
from vqclip.runs.pace import Pace, Stopwatch
from vqclip.runs.probe import measure


class FakeTime:
    """A clock that moves by what a pretended batch costs: 2 s, then 0.1 s a row and step.

    The first step of each phase takes a second longer.
    """

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def build(self, _, jobs):
        self.now += 2.0
        return self.steps(jobs)

    def steps(self, jobs):
        config = jobs[0].config
        for step in range(1, config.steps + 1):
            trying = config.start.candidates > 1 and step <= config.start.candidate_steps
            self.now += 0.1 * len(jobs) * (config.start.candidates if trying else 1)
            self.now += step in (1, config.start.candidate_steps + 1)
            yield Iterate(step, config.steps, ())


@pytest.mark.parametrize(
    ("budget", "steps"), [(0.1, 0), (1, 0), (1.25, 1), (1.99, 1), (2, 2), (2.24, 2), (10, 34)]
)
def test_steps_and_seconds_are_each_others_inverse(budget: float, steps: int) -> None:
    pace = Pace(pictures=4, start=2.0, trying=3.0, step=1.0)
    assert pace.steps(budget, tried=2) == steps
    assert pace.seconds(steps + 1, tried=2) > budget
    assert steps == 0 or pace.seconds(steps, tried=2) <= budget


def test_the_fastest_of_two_paces_has_the_smaller_of_each_time() -> None:
    assert Pace(2, 1, 4, 2).fastest(Pace(2, 2, 3, 1)) == Pace(2, 1, 3, 1)


def test_each_phase_is_the_median_of_its_steps_without_the_first() -> None:
    times = iter([0.0, 5.0, *(5 + t for t in (9, 10, 11, 15)), *(20 + t for t in (7, 8, 9, 19))])
    watch = Stopwatch(tried=4, clock=lambda: next(times))
    watch.started()
    assert watch.pace(2) is None
    for step in range(1, 9):
        watch.stepped(step)
    # trying: 9 (the first), 1, 1, 4; then 12 (the first), 1, 1, 10
    assert watch.pace(2) == Pace(2, 5.0, 1.0, 1.0)


def test_a_phase_without_steps_takes_the_time_of_the_other() -> None:
    times = iter([0.0, 1.0, 3.0])
    watch = Stopwatch(tried=0, clock=lambda: next(times))
    watch.started()
    watch.stepped(1)
    assert watch.pace(1) == Pace(1, 1.0, 2.0, 2.0)


@pytest.mark.parametrize("candidates", [1, 3])
def test_a_probe_measures_the_start_and_both_phases(make_job, candidates) -> None:
    clock = FakeTime()
    jobs = [make_job(text, start__candidates=candidates) for text in ("a fox", "a hen")]
    pace = measure(tiny_models(), jobs, clock=clock, build=clock.build)
    assert (pace.pictures, pace.start) == (2, 2.0)
    assert pace.trying == pytest.approx(0.2 * candidates)
    assert pace.step == pytest.approx(0.2)


def test_a_probe_runs_on_real_batches(make_job) -> None:
    pace = measure(tiny_models(), [make_job(start__candidates=2)])
    assert min(pace.start, pace.trying, pace.step) > 0
