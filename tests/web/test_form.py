"""The form: its fields are settings, and its mistakes those of the command line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from vqclip.config.layers import load_config
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.errors import ConfigError
from vqclip.web.allowance import Allowance
from vqclip.web.form import RANDOM_SEEDS, Form, read_document
from vqclip.web.transcript import yaml_of


def test_fields_are_settings() -> None:
    form = Form(
        "a fox | oil:0.5", "draft", ["oil"], "7", "64", "48", "9", None, ["cutouts.count=3"]
    )
    config = form.config()
    assert (config.seed, config.width, config.height, config.steps) == (7, 64, 48, 9)
    assert config.cutouts.count == 3
    assert [prompt.weight for prompt in config.prompts] == [1, 0.5]
    assert config.style_prompts == load_config(styles=["oil"]).style_prompts


def test_an_empty_seed_is_a_random_one() -> None:
    seeds = {Form("a fox").config().seed for _ in range(5)}
    assert len(seeds) > 1
    assert all(0 <= seed < RANDOM_SEEDS for seed in seeds)


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Form(" ", seed="x", width="wide", steps="0", settings=["stepps=4", "nonsense"]).config()
    text = str(caught.value)
    for part in ("prompt", "'x'", "'wide'", "steps", "did you mean 'steps'", "key=value"):
        assert part in text


@pytest.mark.parametrize("key", sorted(set(keys(Config)) - {"prompts", "style_prompts"}))
def test_no_setting_reads_a_file(key, tmp_path, monkeypatch) -> None:
    """Whatever a key makes of a path, the file is not opened before it is allowed."""
    opened: list[str] = []

    def spy(path: object, *_: object, **__: object) -> None:
        if isinstance(path, (str, Path)) and "secret" in str(path):
            opened.append(str(path))
            raise OSError("watched")

    before = (Path.read_text, Path.is_file, Image.open)
    monkeypatch.setattr(Path, "read_text", lambda own, *a, **k: spy(own) or before[0](own, *a, **k))
    monkeypatch.setattr(Path, "is_file", lambda own: spy(own) or before[1](own))
    monkeypatch.setattr(Image, "open", lambda own, *a, **k: spy(own) or before[2](own, *a, **k))
    secret = tmp_path / "secret"
    for value in (str(secret), f"{secret}.hex", f"from {secret}.png"):
        with suppress(ConfigError):
            Form("a fox", settings=[f"{key}={value}"]).config()
    assert opened == []


def test_yaml_reads_back() -> None:
    config = Form("a fox", seed="7", settings=["cutouts.count=3"]).config()
    assert read_document(yaml_of(config), Allowance()) == config


def test_a_mistake_in_yaml_has_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        read_document("prompts: [a fox]\nsteps: many\ncutouts:\n  coutn: 3\n", Allowance())
    first, second = str(caught.value).splitlines()
    assert first.startswith("line 4: ") or second.startswith("line 4: ")
    assert "line 2: " in str(caught.value)
    assert "did you mean 'cutouts.count'" in str(caught.value)


@pytest.mark.parametrize("text", ["[1", "a: b: c", "x" * 60_000, "a: &a [*a]", "- 1", "\0"])
def test_other_yaml_is_refused_in_a_sentence(text) -> None:
    with pytest.raises(ConfigError):
        read_document(text, Allowance())
