"""The report: figures by setting in closed form, and the keys that other programs read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.painter import BALLS, EXAM, ColorJudge, paint
from vqclip.evaluation.comparison import Setting, make_settings
from vqclip.evaluation.report import Report, make_report
from vqclip.perception.embedder import Embedder


@pytest.fixture(scope="module")
def setting() -> Setting:
    (setting,) = make_settings(presets=["draft"])
    return replace(setting, name="painter")


@pytest.fixture
def report(tmp_path: Path, setting: Setting) -> Report:
    right = paint(tmp_path, "a red ball", "red", seed=3, seconds=2.0, steps=9)
    wrong = paint(tmp_path, "a blue ball", "green", seed=3, seconds=None, steps=9)
    other = replace(paint(tmp_path, "a green ball", "green", steps=8), setting="other")
    samples = [right, wrong, other]
    judge = Embedder(ColorJudge(), "hash")
    return make_report(
        EXAM, samples, "colors", lambda name: judge, left_out=["late"], settings=[setting]
    )


def test_figures_are_those_of_each_setting(report: Report) -> None:
    painter, other = report.results
    assert (painter.setting, painter.judge.pictures, painter.judge.r_precision) == (
        "painter",
        2,
        0.5,
    )
    assert painter.judge.reciprocal_rank == pytest.approx((1 + 1 / 3) / 2)
    assert painter.judge.attributes["color"].accuracy == 0.5
    assert painter.judge.attributes["color"].chance == pytest.approx(1 / 3)
    # The judge is the guide, too: they agree on a hit and on a miss.
    assert painter.guide is not None
    assert (painter.guide.r_precision, painter.agreement) == (0.5, 1)
    assert (painter.both_miss, painter.by_chance) == (0.5, 0.25)
    assert painter.guide.attributes == {}
    assert (painter.seconds, painter.steps) == (2.0, 9)
    assert (other.guide, other.agreement, other.seconds, other.steps) == (None, None, None, 8)


def test_agreement_is_the_share_of_equal_verdicts(report: Report) -> None:
    first, second, third = report.pictures
    assert first.guide is not None
    assert second.guide is not None
    fooled = replace(second, guide=replace(second.guide, rank=1))
    painter, _ = replace(report, pictures=[first, fooled, third]).results
    assert (painter.agreement, painter.both_miss, painter.by_chance) == (0.5, 0, 0)
    unknown, _ = replace(report, pictures=[first, replace(second, guide=None), third]).results
    assert (unknown.guide, unknown.agreement, unknown.both_miss) == (None, None, None)


def test_steps_that_differ_are_not_given(report: Report) -> None:
    first, second, _ = report.pictures
    longer = replace(second, sample=replace(second.sample, steps=10))
    (painter,) = replace(report, pictures=[first, longer]).results
    assert painter.steps is None


def test_json_has_the_facts_of_the_whole(report: Report) -> None:
    table = json.loads(json.dumps(report.to_dict()))
    assert table["list"] == {"name": "balls", "prompts": 3, "drawn": 3, "sha256": BALLS.sha256}
    assert table["judge"] == {"name": "colors", "identity": "hash"}
    assert (table["distractors"], table["distractors_wanted"]) == (2, 99)
    assert table["unknown_words"] == {"a green ball": ["ball"]}
    assert table["cut_off"] == {"a red ball": "ball"}
    assert (table["device"], table["budget"], table["left_out"]) == ("cpu", None, ["late"])
    assert "torch" in table["versions"]


def test_json_has_the_figures_and_the_configuration_of_a_setting(
    report: Report, setting: Setting
) -> None:
    painter, other = json.loads(json.dumps(report.to_dict()))["settings"]
    figures = [
        "setting",
        "judge",
        "guide",
        "agreement",
        "both_miss",
        "by_chance",
        "seconds",
        "steps",
    ]
    assert list(painter) == [*figures, "perceptors", "config", "budget"]
    assert list(other) == figures
    assert painter["judge"]["attributes"] == {
        "color": {"asked": 2, "accuracy": 0.5, "chance": pytest.approx(1 / 3)}
    }
    assert painter["perceptors"] == setting.config.perceptor_weights()
    assert painter["config"]["steps"] == setting.config.steps


def test_json_has_every_picture(report: Report) -> None:
    _, wrong, _ = json.loads(json.dumps(report.to_dict()))["pictures"]
    assert wrong.pop("cosine") == pytest.approx(0, abs=1e-4)
    assert wrong == {
        "setting": "painter",
        "prompt": "a blue ball",
        "seed": 3,
        "file": "a blue ball as green.png",
        "hit": False,
        "rank": 3,
        "taken_for": "a green ball",
        "guide_rank": 3,
        "attributes": [{"attribute": "color", "word": "blue", "kept": False}],
        "seconds": None,
        "steps": 9,
    }
