"""The losses of reconstructions in closed form."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from tests.tiny import write_clip
from vqclip.errors import ConfigError
from vqclip.models.load import load_perceptors
from vqclip.randomness import stream
from vqclip.training.generator.objective import Objective, PatchFeatures, blocks_of, pixel_terms
from vqclip.training.generator.vqgan_settings import LossSettings


def pictures(side: int) -> torch.Tensor:
    return torch.rand(2, 3, side, side, generator=stream(0, "pictures")) * 2 - 1


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> PatchFeatures:
    folder: Path = tmp_path_factory.mktemp("clip")
    (perceptor,), _ = load_perceptors([str(write_clip(folder / "clip"))])
    return PatchFeatures(perceptor)  # type: ignore[arg-type]


def test_pixel_terms_of_a_constant_and_of_a_striped_error() -> None:
    even = pixel_terms(torch.full((1, 3, 16, 16), 0.5))
    assert even == {"l1": 0.5, "l2": 0.25, "low": 0.5, "gradient": 0}
    stripes = torch.tensor([1.0, -1.0]).repeat(8).expand(1, 3, 16, 16)
    assert pixel_terms(stripes) == {"l1": 1, "l2": 1, "low": 0, "gradient": 2}


@pytest.mark.parametrize("side", [16, 32, 40])
def test_descending_the_perceptual_distance_brings_pictures_nearer(features, side: int) -> None:
    x = pictures(side)
    y = (-x).requires_grad_()
    assert features.distance(x, x, stream(0, "window")) == 0
    distance = features.distance(x, y, stream(0, "window"))
    assert 0 < distance < 2
    (gradient,) = torch.autograd.grad(distance, y)
    nearer = y.detach() - 0.1 * gradient / gradient.abs().max()
    assert features.distance(x, nearer, stream(0, "window")) < distance


def test_the_objective_is_the_weighted_sum_of_its_losses(features) -> None:
    x = pictures(16)
    weights = LossSettings(l1=1.0, l2=2.0, low=0.0, gradient=0.5, perceptual=3.0)
    total, terms = Objective(weights, features)(x, -x, stream(0, "window"))
    expected = terms["l1"] + 2 * terms["l2"] + terms["gradient"] / 2 + 3 * terms["perceptual"]
    torch.testing.assert_close(total, expected)
    assert terms["perceptual"] == features.distance(x, -x, stream(0, "window"))
    _, fewer = Objective(weights, None)(x, -x, stream(0, "window"))
    assert set(terms) - set(fewer) == {"perceptual"}


def test_blocks_of_other_image_towers() -> None:
    tower = nn.Module()
    with pytest.raises(ConfigError, match="no known blocks"):
        blocks_of(tower)
    tower.trunk = nn.Module()
    for number in (1, 2, 3, 4):
        setattr(tower.trunk, f"layer{number}", nn.Conv2d(1, number, 1))
    assert [layer.out_channels for layer in blocks_of(tower)] == [1, 2, 3, 4]
    tower.trunk.stages = nn.ModuleList([nn.Identity()])
    assert len(blocks_of(tower)) == 1
