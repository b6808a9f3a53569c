"""Settings of a CLIP as open_clip reads them."""

from __future__ import annotations

import pytest
from open_clip.model import CLIP

from tests.training.pairs import TINY_CLIP
from vqclip.config.shelves import configs_folder
from vqclip.training.commands import read_settings
from vqclip.training.perceptor.clip_settings import ClipSettings, ImageTower

RECIPES = sorted(
    path.stem
    for pattern in ("clip*.yaml", "judge*.yaml")
    for path in (configs_folder() / "training").glob(pattern)
)


def test_a_tower_is_a_network_of_timm_a_resnet_or_a_vit() -> None:
    assert ImageTower().open_clip(64)["timm_model_name"] == "resnet10t"
    resnet = ImageTower(timm="", layers=[1, 1, 1, 1], width=24).open_clip(64)
    assert resnet["layers"] == [1, 1, 1, 1]
    assert "patch_size" not in resnet
    vit = ImageTower(timm="", layers=[2], width=16, patch=8).open_clip(64)
    assert (vit["layers"], vit["patch_size"]) == (2, 8)


def test_open_clip_builds_what_the_settings_say() -> None:
    model = CLIP(**TINY_CLIP.architecture.open_clip())
    assert model.visual.image_size in (16, (16, 16))
    assert model.text_projection.shape == (8, 8)
    assert model.context_length == 12


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipes_are_settings(name: str) -> None:
    settings = read_settings(ClipSettings, configs_folder() / "training" / f"{name}.yaml")
    assert settings.size == (96 if name == "judge-gpu" else 64)
    assert (
        settings.embed_dim
        == {"clip": 192, "guide": 192, "judge": 160 if "gpu" in name else 128}[name.split("-")[0]]
    )
    assert ("reconstructed" in settings.splits) == name.startswith("clip")
