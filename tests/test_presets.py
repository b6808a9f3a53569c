"""The presets for real models: names that exist, settings that fit them, every key explained."""

from __future__ import annotations

import pytest
import yaml

from vqclip.config import Config
from vqclip.configfile import configs_folder, load_config, preset_names
from vqclip.models.catalogue import vqgans
from vqclip.models.perceptor import known_as

REAL = ["best", "faces", "fast", "gumbel", "imagenet", "wikiart"]


def test_the_presets_are_there() -> None:
    assert set(REAL) <= set(preset_names())
    assert Config().vqgan == "mini"


@pytest.mark.parametrize("name", REAL)
def test_a_preset_names_models_that_exist_and_fits_them(name) -> None:
    config = load_config(preset=name)
    entry = vqgans()[config.vqgan]
    assert entry.files
    for perceptor in config.all_perceptors():
        known_as(perceptor)
    factor = entry.architecture["factor"]
    assert config.width % factor == config.height % factor == 0
    assert config.width <= 400
    assert config.start.candidates == 1
    assert config.cutouts.min_size < 0.5 <= config.cutouts.max_size
    assert (len(config.perceptors) > 1) == (name == "best")


@pytest.mark.parametrize("name", REAL)
def test_every_key_of_a_preset_is_explained(name) -> None:
    lines = (configs_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert yaml.safe_load("\n".join(lines))
    for before, line in zip(lines, lines[1:], strict=False):
        starts = not line.strip().startswith(("#", "-")) and line.strip()
        if starts and not line.rstrip().endswith(":"):
            assert before.strip().startswith("#"), line
