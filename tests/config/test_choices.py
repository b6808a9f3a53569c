"""The names that a configuration allows and the tables of the engine have the same keys."""

from __future__ import annotations

from dataclasses import fields

import pytest
import torch
from PIL import Image

from tests.config.test_layers import load
from vqclip.config import choices
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.config.sections import LossesConfig
from vqclip.engine.augment import GEOMETRY, PIXELS
from vqclip.engine.build import LAWS
from vqclip.engine.dithering import DITHERS
from vqclip.engine.losses import TERMS
from vqclip.engine.optim import OPTIMIZERS, learning_rate_factor
from vqclip.engine.resample import PADDING_MODES
from vqclip.engine.starts import STARTS
from vqclip.machine.device import is_reduced
from vqclip.models.fetch.catalogue import catalogue
from vqclip.outputs import recipe as recipes


def test_every_name_is_a_key_of_its_table() -> None:
    assert tuple(STARTS) == choices.START_KINDS
    assert (*GEOMETRY, *PIXELS) == choices.AUGMENTATIONS
    assert tuple(LAWS) == choices.LAWS
    assert tuple(PADDING_MODES) == choices.PADDINGS
    assert tuple(OPTIMIZERS) == choices.OPTIMIZERS
    assert tuple(TERMS) == tuple(weight.name for weight in fields(LossesConfig))
    assert tuple(DITHERS) == choices.DITHERS
    assert (choices.MINI, *catalogue().vqgans) == choices.GENERATORS


def test_each_decay_is_one_of_its_own() -> None:
    rates = {
        decay: [
            learning_rate_factor(step, steps=9, warmup=0, decay=decay, final=0.5, step_at=0.5)
            for step in range(9)
        ]
        for decay in choices.DECAYS
    }
    assert rates["constant"] == [1.0] * 9
    assert rates["step"] == [1.0] * 4 + [0.5] * 5
    assert rates["cosine"][0] == 1
    assert rates["cosine"][4] == pytest.approx(0.75)
    assert rates["cosine"][8] == pytest.approx(0.5)


def test_each_precision_is_one_of_its_own() -> None:
    devices = [torch.device("cpu"), torch.device("cuda")]
    assert {
        precision: [is_reduced(precision, device) for device in devices]
        for precision in choices.PRECISIONS
    } == {"auto": [False, True], "float32": [False, False], "bfloat16": [True, True]}


@pytest.mark.parametrize("format", choices.FORMATS)
def test_each_format_is_written_as_itself(tmp_path, format) -> None:
    path = tmp_path / "picture"
    recipe = recipes.Recipe(Config(), {}, recipes.versions(), "cpu")
    path.write_bytes(recipes.encode(Image.new("RGB", (8, 8)), recipe, format=format, quality=90))
    with Image.open(path) as image:
        assert image.format == {"jpg": "JPEG"}.get(format, format.upper())


def test_every_choice_passes_and_no_other() -> None:
    for key, rules in keys(Config).items():
        for choice in rules.choices:
            load(f"{key}={choice}", "losses.keep_init=0", "palette=bw")
    for name in choices.GENERATORS:
        assert load(f"vqgan={name}").vqgan == name
    for name in choices.AUGMENTATIONS:
        assert load(f"augmentations=[{name}]").augmentations[0].name == name
