"""Settings of a VQGAN as the models read them."""

from __future__ import annotations

import pytest
import torch

from vqclip.config.shelves import configs_folder
from vqclip.models.taming import TamingVQGAN
from vqclip.training.commands import read_settings
from vqclip.training.generator.vqgan_settings import ArchitectureSettings, VqganSettings

RECIPES = sorted(path.stem for path in (configs_folder() / "training").glob("vqgan*.yaml"))


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipes_are_settings_of_taming_networks(name: str) -> None:
    settings = read_settings(VqganSettings, configs_folder() / "training" / f"{name}.yaml")
    with torch.device("meta"):
        vqgan = TamingVQGAN(settings.architecture.build())
    assert vqgan.factor == (16 if "f16" in name or "256" in name else 8)


def test_attention_is_named_by_sides_of_feature_maps() -> None:
    settings = ArchitectureSettings(resolution=128, ch_mult=[1, 1, 2], attention=[32, 64])
    assert settings.build().attn_resolutions == (128, 64)  # of pictures of 256 pixels
    with torch.device("meta"):
        names = TamingVQGAN(settings.build()).state_dict()
    with_attention = [name for name in names if name.startswith("encoder.down") and "attn" in name]
    assert {name.split(".")[2] for name in with_attention} == {"1", "2"}
