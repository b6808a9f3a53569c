"""Presets and styles by name, by path, and of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.config.layers import load_config, parse_override
from vqclip.config.shelves import named_file, opening, shelf, style_names, user_shelf
from vqclip.errors import ConfigError


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """A style of the user's own."""
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path))
    path = user_shelf("style") / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("# Mine alone. Not yours.\nsteps: 7\n")
    return path


def test_a_style_of_the_users_own_has_a_name(own) -> None:
    assert "mine" in style_names()
    assert load_config(styles=["mine"]).steps == 7
    assert opening(own) == "Mine alone"


def test_the_users_own_comes_before_that_of_the_program(own) -> None:
    own.rename(own.with_name("oil.yaml"))
    assert shelf("style")["oil"].parent == own.parent
    assert load_config(styles=["oil"]).steps == 7


def test_a_path_is_a_style_or_a_preset(own) -> None:
    config = load_config(preset=str(own), styles=["oil"], assignments=[parse_override("seed=2")])
    assert (config.steps, config.seed) == (7, 2)


def test_an_unknown_name_says_what_is_meant(own) -> None:
    with pytest.raises(ConfigError, match=r"allowed are .*mine.*such as ./mine.yaml"):
        named_file("style", "nothing-like-it")
    with pytest.raises(ConfigError, match="did you mean 'mine'"):
        named_file("style", "mien")


def test_files_are_merged_in_their_order(tmp_path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("steps: 3\nseed: 1\n")
    second.write_text("seed: 2\n")
    config = load_config(files=[first, second])
    assert (config.steps, config.seed) == (3, 2)
