"""The plan of an evaluation: presets with and without variants, each picture once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vqclip.config.layers import Assignment
from vqclip.config.values import Augmentation, augmentation
from vqclip.errors import ConfigError
from vqclip.evaluation.budget import Budget
from vqclip.evaluation.comparison import (
    Setting,
    keep_budgets,
    make_plan,
    make_settings,
    recall_budgets,
)
from vqclip.runs.pace import Pace


def test_settings_are_presets_with_and_without_variants() -> None:
    settings = make_settings(
        presets=["draft", "quality"],
        assignments=[Assignment("steps", "9", "steps=9")],
        variants=["latent.levels=1 latent.average=0"],
    )
    assert [setting.name for setting in settings] == [
        "draft",
        "draft latent.levels=1 latent.average=0",
        "quality",
        "quality latent.levels=1 latent.average=0",
    ]
    configs = [setting.config for setting in settings]
    assert [config.latent.levels == 1 for config in configs] == [False, True, False, True]
    assert {config.steps for config in configs} == {9}


def test_a_value_of_a_variant_may_hold_spaces() -> None:
    spaced = "augmentations=[{name: noise, strength: 0.1}, flip]  steps=5"
    (_, varied) = make_settings(presets=["draft"], variants=[spaced])
    assert varied.config.augmentations == (Augmentation("noise", 0.1), augmentation("flip"))
    assert varied.config.steps == 5


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        make_settings(presets=["drft", "draft"], variants=["seed=3", "'", "steps=10"])
    for part in ("did you mean 'draft'", "seed is set by --seeds", "--vary", "same setting"):
        assert sum(part in message for message in caught.value.messages) == 1, part


def test_the_plan_has_every_setting_prompt_and_seed_once(tmp_path: Path) -> None:
    settings = make_settings(presets=["draft", "default"], styles=["oil"])
    plan = make_plan(settings, ["a fox", "a hen"], [0, 5], folder=tmp_path / "x")
    assert plan.name == "x"
    assert len({picture.id for picture in plan.jobs}) == 8
    assert len({picture.name for picture in plan.jobs}) == 8
    assert len({picture.batch for picture in plan.jobs}) == 2
    second = plan.jobs[1]
    assert second.labels == {"prompt": "a fox", "setting": "draft", "seed": "5"}
    assert second.seed == 5
    framed = second.prompts[0].content
    assert "a fox" in framed
    assert framed != "a fox"  # in the frame of its style


def test_settings_that_draw_the_same_pictures_are_refused(tmp_path: Path) -> None:
    (draft,) = make_settings(presets=["draft"])
    with pytest.raises(ConfigError, match=r"same pictures: leave out one \(draft, again\)"):
        make_plan([draft, Setting("again", draft.config)], ["a fox"], [0], folder=tmp_path)


def test_a_setting_is_described_without_prompts_and_seed() -> None:
    (draft,) = make_settings(presets=["draft"])
    table = draft.to_dict()
    assert table["perceptors"] == draft.config.perceptor_weights()
    assert isinstance(table["config"], dict)
    assert table["config"]["steps"] == draft.config.steps
    assert not {"prompts", "seed", "device"} & set(table["config"])


def test_a_run_remembers_the_budgets_of_equal_settings(tmp_path: Path) -> None:
    (setting,) = make_settings(presets=["draft"])
    assert recall_budgets([setting], 10, folder=tmp_path) == (setting,)
    budget = Budget.of(Pace(2, 2.0, 1.0, 0.5), 10, tried=5, recipe=setting.recipe)
    measured = setting.within(budget)
    assert measured.config.steps == budget.steps == 31
    assert measured.recipe == setting.recipe
    keep_budgets([measured], folder=tmp_path)
    assert recall_budgets([setting], 10, folder=tmp_path) == (measured,)
    # Steps are what a budget replaces; another time, or other pictures, are measured again.
    for change, known in (("steps=7", True), ("cutouts.count=7", False)):
        (_, changed) = make_settings(presets=["draft"], variants=[change])
        (recalled,) = recall_budgets([replace(changed, name="draft")], 10, folder=tmp_path)
        assert (recalled.budget == budget) is known
    assert recall_budgets([setting], 11, folder=tmp_path) == (setting,)
