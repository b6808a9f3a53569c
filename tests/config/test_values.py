"""Schedules, augmentations and perceptors: their readers, and the one form they are written in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config import strategies
from vqclip.config.values import (
    Augmentation,
    PerceptorChoice,
    Schedule,
    augmentation,
    generator,
    is_path,
    perceptor,
    schedule,
)
from vqclip.errors import ConfigError


@given(strategies.schedules)
def test_a_schedule_reads_back_as_it_was_written(value) -> None:
    assert schedule(value.to_plain()) == value
    assert schedule(json.loads(json.dumps(value.to_plain()))) == value


@given(strategies.augmentations)
def test_an_augmentation_reads_back_as_it_was_written(value) -> None:
    assert augmentation(value.to_plain()) == value


@given(strategies.perceptors)
def test_a_perceptor_reads_back_as_it_was_written(value) -> None:
    assert perceptor(value.to_plain()) == value


def test_a_schedule_is_linear_between_its_points_and_constant_outside() -> None:
    value = schedule({"0.5": "1", "0.25": 3})
    assert value == Schedule(((0.25, 3.0), (0.5, 1.0)))
    assert [value(progress) for progress in (0, 0.25, 0.375, 0.5, 1)] == [3, 3, 2, 1, 1]
    assert schedule("1e-2")(0.7) == 0.01


@given(strategies.schedules, st.floats(0, 1))
def test_a_schedule_stays_between_its_values(value, progress) -> None:
    values = [level for _, level in value.points]
    if max(map(abs, values)) < 1e300:
        slack = 1e-9 * max(map(abs, values))
        assert min(values) - slack <= value(progress) <= max(values) + slack


def test_a_schedule_is_zero_where_all_its_points_are() -> None:
    assert Schedule.constant(0).is_zero
    assert schedule({0: 0, 1: 0}).is_zero
    assert not schedule({0: 0, 1: 0.1}).is_zero


def test_equal_values_are_equal() -> None:
    assert schedule({0.3: 2}) == schedule(2) == schedule("2.0")
    assert len({schedule({0: 1, 1: 2}), schedule({"1": "2", "0": "1"})}) == 1
    assert augmentation({"name": "noise", "strength": 0.5}) == augmentation("noise")


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("x", "a number, or a table such as"),
        ([1], "a number, or a table such as"),
        (True, "a number, or a table such as"),
        ({"x": 1}, "a number, or a table such as"),
        ({}, "from 0 to 1"),
        ({1.5: 1}, "from 0 to 1"),
        ({"nan": 1}, "from 0 to 1"),
        ("inf", "finite"),
        ({0: 1, 1: "nan"}, "finite"),
    ],
)
def test_what_is_no_schedule_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        schedule(value)


def test_augmentations_have_usual_numbers() -> None:
    assert augmentation("flip") == Augmentation("flip", probability=0.5)
    assert augmentation("noise") == Augmentation("noise", strength=0.5, probability=1)
    assert augmentation({"name": "noise", "strength": "0.1"}) == Augmentation("noise", 0.1)
    assert augmentation("flip").to_plain() == "flip"
    assert Augmentation("noise", 0.1).to_plain() == {"name": "noise", "strength": 0.1}


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (3, "a name or a table"),
        ({"a": 1}, "a name or a table"),
        ("fluip", "did you mean 'flip'"),
        ({"name": "noise", "power": 1}, "unknown key 'power'"),
        ({"name": "noise", "strength": 2}, "strength is a number from 0 to 1, not 2"),
        ({"name": "noise", "probability": "x"}, "probability is a number from 0 to 1, not 'x'"),
        ({"name": "flip", "strength": 1}, "no strength"),
    ],
)
def test_what_is_no_augmentation_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        augmentation(value)


def test_a_stated_weight_of_1_stays_stated() -> None:
    stated, bare = perceptor({"name": "x", "weight": 1}), perceptor("x")
    assert stated.weight == bare.weight == 1
    assert (stated.to_plain(), bare.to_plain()) == ({"name": "x", "weight": 1.0}, "x")
    assert perceptor({"name": "x", "weight": "2"}) == PerceptorChoice("x", 2.0)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (3, "a name or a table"),
        ({"weight": 1}, "a name or a table"),
        ({"name": "x", "w": 1}, "a name or a table"),
        ({"name": "x", "weight": 0}, "above 0, not 0"),
        ({"name": "x", "weight": "inf"}, "above 0"),
        ({"name": "x", "weight": "much"}, "above 0, not 'much'"),
    ],
)
def test_what_is_no_perceptor_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        perceptor(value)


def test_a_generator_is_a_name_a_path_or_a_file_of_the_hub(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name in ("mini", "wikiart_1024", "a/b", "x.ckpt", "folder", "hf-hub:org/repo/file.bin"):
        assert generator(name) == name
    with pytest.raises(ConfigError, match="did you mean 'wikiart_1024'"):
        generator("wikiart_1042")
    with pytest.raises(ConfigError, match="not of the form hf-hub:ORG/REPO/FILE"):
        generator("hf-hub:org")


def test_a_path_is_no_name() -> None:
    assert is_path("a/b")
    assert is_path("a\\b")
    assert is_path("x.ckpt")
    assert not is_path("imagenet_f16_1024")
    assert not is_path("hf-hub:a/b/c.bin")
