"""Styles and presets that are saved from the page, for the command line, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.conftest import tiny_form
from vqclip.config.layers import load_config
from vqclip.config.prompt import parse_prompts
from vqclip.config.schema import Config
from vqclip.config.shelves import user_shelf
from vqclip.errors import ConfigError
from vqclip.web.ownshelf import names_of, save


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))


def test_a_preset_keeps_the_way_of_drawing_alone() -> None:
    config = tiny_form("a fox", 7, optimizer__name="adamw", losses__saturation="{0: 1, 0.5: 0}")
    save("preset", "mine", config)
    assert "mine" in names_of("preset")
    again = load_config(preset="mine")
    assert (again.prompts, again.seed) == ((), 0)
    assert again.optimizer == config.optimizer
    assert again.losses == config.losses
    assert (again.width, again.steps) == (16, 4)


def test_a_style_keeps_its_prompts() -> None:
    config = replace(Config(), style_prompts=parse_prompts("oil: 0.5 | a 'quote'"))
    save("style", "my-oil", config)
    assert "my-oil" in names_of("style")
    assert load_config(styles=["my-oil"]).style_prompts == config.style_prompts


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "Ünicode", "a" * 41, "a.yaml"])
def test_other_names_are_refused(name) -> None:
    with pytest.raises(ConfigError, match="a name has"):
        save("style", name, tiny_form())
    assert not user_shelf("style").exists()


def test_nothing_is_replaced() -> None:
    save("style", "mine", tiny_form())
    for name in ("mine", "oil"):
        with pytest.raises(ConfigError, match="already"):
            save("style", name, tiny_form(steps=9))
    with pytest.raises(ConfigError, match="nothing differs"):
        save("preset", "empty", Config())
    with pytest.raises(ConfigError, match="allowed are"):
        save("film", "mine", tiny_form())
