"""The configuration: its ranges, its conflicts, and what follows from its values."""

from __future__ import annotations

import pytest

from tests.config.test_layers import load, messages
from vqclip.config.option import keys, plain
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.config.values import Schedule


def test_every_default_is_allowed() -> None:
    settings = [
        f"{key}={value}"
        for key, rules in keys(Config).items()
        if isinstance(value := rules.default, (str, int, float)) and value != ""
    ]
    assert load(*settings) == Config()
    for key, rules in keys(Config).items():
        assert rules.meaning, key


@pytest.mark.parametrize(
    "key", [key for key, rules in keys(Config).items() if rules.low is not None]
)
def test_the_ends_of_a_range_are_allowed_and_nothing_beyond(key) -> None:
    rules = keys(Config)[key]
    others = ["cutouts.max_size=4"] if key == "cutouts.min_size" else ["cutouts.min_size=0.02"]
    others = [word for word in others if not word.startswith(f"{key}=")]
    for end in (rules.low, rules.high):
        if end is not None:
            load(f"{key}={end}", *others)
    assert f"{key}: " in messages(f"{key}={rules.low - 1}", *others)[0]
    assert "out of range" in messages(f"{key}={rules.low - 1}", *others)[0]
    if rules.high is not None:
        assert "out of range" in messages(f"{key}={rules.high + 1}", *others)[0]


@pytest.mark.parametrize("key", [key for key, rules in keys(Config).items() if rules.choices])
def test_a_word_that_is_no_choice_is_named_with_those_that_are(key) -> None:
    (message,) = messages(f"{key}=nonsense")
    assert f"{key}: 'nonsense' is unknown: allowed are " in message
    assert all(choice in message for choice in keys(Config)[key].choices)


def test_keys_that_do_not_go_together() -> None:
    assert messages("template=oil") == (
        "template=oil: template: 'oil' has no {} to take the prompt",
    )
    assert messages("cutouts.min_size=2") == (
        "cutouts.min_size=2: cutouts.min_size: is above cutouts.max_size",
    )
    assert messages("perceptors=[]") == ("perceptors=[]: perceptors: at least one is needed",)


def test_keep_init_needs_something_to_keep() -> None:
    (found,) = messages("losses.keep_init=1", "start.kind=codes")
    assert "start.image" in found
    assert load("losses.keep_init=1").losses.keep_init == Schedule.constant(1)
    assert load("losses.keep_init=1", "start.kind=codes", "start.image=x.png")
    assert load("losses.keep_init={0: 0, 1: 0}", "start.kind=codes")


def test_a_template_frames_texts_that_attract() -> None:
    config = load(
        "template=an oil of {}", "prompts=[a fox | fog:-1, {noise: 3}]", "style_prompts=oil:0.3"
    )
    assert config.all_prompts() == (
        Prompt("an oil of a fox"),
        Prompt("fog", weight=-1),
        Prompt("3", "noise"),
        Prompt("oil", weight=0.3),
    )


def test_perceptors_have_weights_by_name() -> None:
    config = load("perceptors=[mini, {name: mini-judge, weight: 0.5}]")
    assert config.perceptor_weights() == {"mini": 1.0, "mini-judge": 0.5}


def test_configurations_are_compared_by_value() -> None:
    assert load("latent.noise={1: 0, 0: 0.5}") == load("latent.noise={0: 0.5, 1.0: 0.0}")
    assert len({load("steps=3"), load("steps=3"), load("steps=4")}) == 2


def test_the_plain_form_is_as_short_as_it_may_be() -> None:
    table = plain(load("latent.noise=0.5", "augmentations=[flip, {name: noise, strength: 0.5}]"))
    assert table["latent"]["noise"] == 0.5
    assert table["augmentations"] == ["flip", "noise"]
    assert table["perceptors"] == ["mini"]
    assert table["cutouts"]["overview"] == {0.0: 1.0, 1.0: 0.6}
    assert table["losses"]["keep_init"] is None
