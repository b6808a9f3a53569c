"""Moments of a run: fractions, percentages and steps, and schedules made of them."""

from __future__ import annotations

import math

import pytest

from vqclip.config.job import Job
from vqclip.config.layers import Assignment, merge
from vqclip.config.moment import Steps, eased, fraction, is_moment, moment
from vqclip.config.values import Schedule, schedule
from vqclip.errors import ConfigError


def test_fractions_percentages_and_steps() -> None:
    assert moment("0.5") == moment("50%") == moment(0.5) == 0.5
    assert moment("150 steps") == Steps(150)
    assert isinstance(moment("1 step"), Steps)


@pytest.mark.parametrize("value", ["1.5", "101%", "-1", "nan", "soon", "x steps"])
def test_what_is_no_moment_is_refused(value) -> None:
    with pytest.raises(ConfigError):
        moment(value)


def test_keys_of_tables_are_told_from_moments() -> None:
    assert all(map(is_moment, ["0", "0.5", "50%", "150 steps", 1]))
    assert not any(map(is_moment, ["text", "easing", "weight", "", "steps"]))


def test_easings() -> None:
    assert [eased(0.25, "linear"), eased(0.25, "step"), eased(1, "step")] == [0.25, 0, 1]
    assert eased(0.25, "cosine") == pytest.approx((1 - math.cos(math.pi / 4)) / 2)


def test_a_step_is_the_moment_after_so_many_steps() -> None:
    assert fraction(Steps(5), 11) == 0.5
    assert fraction(0.3, 11) == 0.3
    with pytest.raises(ConfigError, match="the run has 11 steps"):
        fraction(Steps(12), 11)


def test_schedules_have_steps_percentages_and_easing() -> None:
    own = schedule({0: 1, "5 steps": 3, "easing": "cosine"})
    assert schedule(own.to_plain()) == own
    over = own.over(11)
    assert over.points == ((0, 1), (0.5, 3))
    assert over(0.125) == pytest.approx(1 + 2 * eased(0.25, "cosine"))
    held = schedule({"0%": 1, "50%": 3, "easing": "step"})
    assert [held(0.49), held(0.5)] == [1, 3]
    with pytest.raises(ConfigError, match="linear, cosine, step"):
        schedule({0: 1, 1: 2, "easing": "wild"})


def test_a_job_has_fractions_in_place_of_steps() -> None:
    settings = {
        "steps": 11,
        "prompts": [{0: "a fox", "5 steps": "a hen"}],
        "losses.saturation": {0: 0, "10 steps": 1},
    }
    config = merge([Assignment(key, value, "") for key, value in settings.items()])
    job = Job.of(config)
    assert job.config.losses.saturation == Schedule(((0, 0), (1, 1)))
    assert [scene.at for scene in job.prompts[0].scenes] == [0, 0.5]
    short = merge([Assignment(key, value, "") for key, value in {**settings, "steps": 4}.items()])
    with pytest.raises(ConfigError, match="the run has 4 steps"):
        Job.of(short)


def test_a_schedule_without_steps_is_what_it_was() -> None:
    own = schedule({0: 1, 1: 2})
    assert own.over(7) is own
    assert own.to_plain() == {0.0: 1.0, 1.0: 2.0}
