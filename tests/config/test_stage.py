"""Stages of a run: sizes, shares of the steps, and the size of the picture at its end."""

from __future__ import annotations

import pytest

from vqclip.config.layers import merge, parse_override
from vqclip.config.schema import Config
from vqclip.config.stage import Stage, first_steps, size_of, stage
from vqclip.errors import ConfigError


def config_of(*words: str) -> Config:
    return merge([parse_override(word) for word in words])


def test_numbers_and_tables() -> None:
    config = config_of("stages=[64, {size: 128, share: 0.25, cutouts: 8, rate: 0.5}]")
    assert config.stages == (Stage(64), Stage(128, 0.25, 8, 0.5))
    plain = config.to_dict()["stages"]
    assert plain == [64, {"size": 128, "share": 0.25, "cutouts": 8, "rate": 0.5}]
    assert tuple(stage(entry) for entry in plain) == config.stages
    assert "stages" not in Config().to_dict()


def test_the_last_stage_is_the_size_of_the_picture() -> None:
    config = config_of("size=16:9", "stages=[64, 144, 288]")
    assert (config.width, config.height) == (512, 288) or config.height == 288
    assert config.width / config.height == pytest.approx(16 / 9, rel=0.01)
    assert config.settled() == config
    assert size_of(config.stages[0], config.width, config.height)[1] == 64


def test_shares_of_the_steps() -> None:
    assert first_steps([Stage(1), Stage(2), Stage(3)], 100) == [0, 60, 80]
    assert first_steps([Stage(1), Stage(2, 0.5), Stage(3)], 100) == [0, 25, 75]
    assert first_steps([Stage(1, 0.2), Stage(2, 0.8)], 50) == [0, 10]
    assert first_steps([Stage(1)], 50) == [0]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["stages=[128, 64]"], "must rise"),
        (["stages=[64, 64]"], "must rise"),
        (["stages=[8]"], "the size of a stage is from 16 to 8192"),
        (["stages=[{share: 0.5}]"], "a stage has a size"),
        (["stages=[{size: 64, shares: 1}]"], "did you mean 'share'"),
        (["stages=[{size: 64, share: 0.5}, {size: 128, share: 0.6}]"], "sum to 1, not 1.1"),
        (["stages=[32, 64]", "size=128"], "the last has 64 pixels"),
        (["stages=[32, 64, 128]", "steps=2", "size=128"], "3 need as many steps"),
        (["stages=[32, 128]", "pixels=64x64"], "do not fit into the first, 32x32"),
    ],
)
def test_stages_that_cannot_be_are_one_sentence(words: list[str], part: str) -> None:
    with pytest.raises(ConfigError, match=part) as caught:
        config_of(*words)
    assert len(caught.value.messages) == 1
