"""Equal time: settings are measured in turn, and a run remembers what was measured."""

from __future__ import annotations

import pytest

from tests.tiny import tiny_models
from vqclip.errors import ConfigError
from vqclip.evaluation import calibration
from vqclip.evaluation.budget import Budget
from vqclip.evaluation.calibration import calibrate
from vqclip.evaluation.comparison import Setting, make_settings
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pace import Pace

PROMPTS = ["a fox", "a hen", "a cow"]


def settings_of(*variants: str) -> tuple[Setting, ...]:
    return make_settings(assignments=[], variants=["start.candidate_steps=5", *variants])[1:]


def budget_for(setting: Setting, pace: Pace, seconds: float) -> Budget:
    return Budget.of(pace, seconds, tried=5, recipe=setting.recipe)


@pytest.fixture
def cache(monkeypatch) -> ModelCache:
    cache = ModelCache("cpu")
    monkeypatch.setattr(cache, "load", lambda config: (tiny_models(), None))
    return cache


def test_settings_take_turns_and_the_fastest_times_count(cache, monkeypatch) -> None:
    settings = settings_of("start.candidate_steps=5 latent.levels=1")
    slow = Pace(2, 2.0, 2.0, 1.0)
    paces = iter(
        [Pace(2, 3.0, 0.9, 0.5), slow, Pace(2, 2.0, 1.0, 0.6), slow, Pace(2, 4.0, 1.0, 0.5), slow]
    )
    turns = []

    def measure(models, jobs):
        turns.append((len(jobs), jobs[0].config.latent.levels == 1))
        return next(paces)

    monkeypatch.setattr(calibration, "measure", measure)
    first, second = calibrate(settings, 10, cache, PROMPTS, at_once=2)
    assert turns == [(2, False), (2, True)] * 3
    assert first.budget is not None
    assert second.budget is not None
    assert (first.budget.pace, second.budget.pace) == (Pace(2, 2.0, 0.9, 0.5), slow)
    # 20 s for two: 2 s, 5 x 0.9 s, 27 x 0.5 s; and 2 s, 5 x 2 s, 8 x 1 s.
    assert (first.config.steps, second.config.steps) == (32, 13)


def test_every_setting_that_is_too_slow_is_named(cache, monkeypatch) -> None:
    monkeypatch.setattr(calibration, "measure", lambda *_: Pace(1, 1.0, 2.0, 2.0))
    settings = settings_of("latent.levels=1")
    with pytest.raises(ConfigError) as caught:
        calibrate(settings, 2.9, cache, PROMPTS, at_once=1)
    assert caught.value.messages == tuple(
        f"--budget: {setting.name}: a picture of one step takes 3.00 s, more than 2.9 s"
        for setting in settings
    )


def test_a_setting_that_has_a_budget_is_not_measured(cache, monkeypatch) -> None:
    known, unknown = settings_of("latent.levels=1")
    known = known.within(budget_for(known, Pace(1, 1.0, 1.0, 1.0), 9))
    monkeypatch.setattr(calibration, "measure", lambda *_: Pace(1, 2.0, 1.0, 1.0))
    settings = calibrate([known, unknown], 9, cache, PROMPTS, at_once=1)
    assert [setting.config.steps for setting in settings] == [8, 7]
    assert settings[0] is known
