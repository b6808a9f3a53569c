"""Figures of reconstructions in closed form, the losses, and the adversary."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.tiny import TinyPerceptor, write_clip
from vqclip.errors import ConfigError
from vqclip.models.load import load_perceptors
from vqclip.randomness import stream
from vqclip.training.generator.discriminator import (
    LeCam,
    PatchDiscriminator,
    adaptive_weight,
    hinge,
)
from vqclip.training.generator.objective import Objective, PatchFeatures, blocks_of, pixel_terms
from vqclip.training.generator.reconstruction import (
    compare,
    frechet,
    pair_sheet,
    psnr,
    ssim,
    steepness,
)


def pictures(count: int = 3, side: int = 16) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=stream(0, "pictures"))


def test_psnr_and_ssim_of_equal_and_of_other_pictures() -> None:
    x = pictures()
    assert torch.allclose(ssim(x, x), torch.ones(3))
    assert psnr(x, x).tolist() == [100.0] * 3
    assert torch.allclose(psnr(x, x + 0.1), torch.full((3,), 20.0), atol=1e-4)
    assert ssim(x, 1 - x).max() < 0
    flat = torch.full((1, 3, 16, 16), 0.5)
    expected = (2 * 0.5 * 0.4 + 1e-4) / (0.5**2 + 0.4**2 + 1e-4)
    assert ssim(flat, flat - 0.1).item() == pytest.approx(expected, abs=1e-4)


def test_frechet_of_equal_shifted_and_scaled_features() -> None:
    x = torch.randn(500, 4, generator=stream(0, "features"))
    shift = torch.tensor([1.0, 2.0, 0.0, 0.0])
    assert frechet(x, x) == pytest.approx(0, abs=1e-9)
    assert frechet(x, x + shift) == pytest.approx(5, rel=1e-5)
    centred = x - x.mean(dim=0)
    assert frechet(centred, 3 * centred) == pytest.approx(4 * float(torch.cov(x.T).trace()), 1e-5)


def test_steepness_of_a_ramp() -> None:
    ramp = (torch.arange(16.0) / 15).expand(2, 3, 16, 16)
    assert torch.allclose(steepness(ramp), torch.full((2,), 1 / 15))


def test_a_comparison_has_all_figures() -> None:
    x = pictures(4)

    def halved(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return 0.5 * images, torch.tensor([0, 2, 2])

    figures = compare([x[:2], x[2:]], halved, codes=4, perceptor=TinyPerceptor())
    assert figures["l1"] == pytest.approx(float(x.mean()), rel=1e-4)
    assert figures["color"] == pytest.approx(float(x.mean()), rel=1e-4)
    assert figures["sharpness"] == pytest.approx(0.5)
    assert figures["codes_used"] == 50
    assert figures["frechet"] > 0
    assert all(math.isfinite(one) for one in figures.values())


def test_a_sheet_has_pictures_above_reconstructions() -> None:
    x, y = torch.zeros(5, 3, 4, 4), torch.ones(5, 3, 4, 4)
    sheet = pair_sheet(x, y, columns=2, zoom=3)
    assert sheet.shape == (3, 2 * 2 * 4 * 3, 2 * 4 * 3)
    assert sheet[:, :12].max() == 0
    assert sheet[:, 12:24].min() == 1


def test_pixel_terms_of_a_constant_and_of_a_striped_error() -> None:
    even = pixel_terms(torch.full((1, 3, 16, 16), 0.5))
    assert even == {"l1": 0.5, "l2": 0.25, "low": 0.5, "gradient": 0}
    stripes = torch.tensor([1.0, -1.0]).repeat(8).expand(1, 3, 16, 16)
    assert pixel_terms(stripes) == {"l1": 1, "l2": 1, "low": 0, "gradient": 2}


@pytest.mark.parametrize("side", [16, 32, 40])
def test_the_perceptual_distance_is_zero_for_equal_pictures_alone(
    tmp_path: Path, side: int
) -> None:
    (perceptor,), _ = load_perceptors([str(write_clip(tmp_path / "clip"))])
    features = PatchFeatures(perceptor)  # type: ignore[arg-type]
    x = pictures(2, side) * 2 - 1
    y = (-x).requires_grad_()
    assert features.distance(x, x, stream(0, "window")) == 0
    distance = features.distance(x, y, stream(0, "window"))
    assert distance > 0
    (pull,) = torch.autograd.grad(distance, y)
    assert pull.isfinite().all()
    assert pull.abs().max() > 0
    total, terms = Objective({"perceptual": 2.0, **dict.fromkeys(pixel_terms(x), 0.0)}, features)(
        x, -x, stream(0, "window")
    )
    assert total == pytest.approx(2 * float(terms["perceptual"]))


def test_blocks_of_other_image_towers() -> None:
    tower = nn.Module()
    with pytest.raises(ConfigError, match="no blocks"):
        blocks_of(tower)
    tower.trunk = nn.Module()
    for number in (1, 2, 3, 4):
        setattr(tower.trunk, f"layer{number}", nn.Conv2d(1, number, 1))
    assert [one.out_channels for one in blocks_of(tower)] == [1, 2, 3, 4]
    tower.trunk.stages = nn.ModuleList([nn.Identity()])
    assert len(blocks_of(tower)) == 1


def test_the_hinge_loss() -> None:
    apart = hinge(torch.tensor([2.0]), torch.tensor([-2.0]))
    blind = hinge(torch.tensor([0.0]), torch.tensor([0.0]))
    wrong = hinge(torch.tensor([-1.0]), torch.tensor([1.0]))
    assert (apart, blind, wrong) == (0, 1, 2)


def test_the_adaptive_weight_is_the_ratio_of_the_pulls_and_finite() -> None:
    layer = nn.Conv2d(2, 3, 3, padding=1)
    y = layer(pictures(2)[:, :2])
    loss = torch.randn(y.shape, generator=stream(0, "loss"))
    weight = adaptive_weight(y, layer.weight, 6 * loss, loss)
    assert weight.item() == pytest.approx(6, rel=1e-3)
    none = adaptive_weight(y, layer.weight, loss, torch.zeros_like(loss))
    assert none.isfinite()


def test_a_discriminator_learns_to_tell_bright_from_dark() -> None:
    torch.manual_seed(0)
    judge = PatchDiscriminator(width=8, layers=2)
    optimizer = torch.optim.Adam(judge.parameters(), lr=2e-3)
    lecam = LeCam(torch.device("cpu"), decay=0.5)
    bright = pictures(4, 32) * 0.5 + 0.5
    for _ in range(30):
        real, made = judge(bright), judge(-bright)
        optimizer.zero_grad()
        (hinge(real, made) + 0.01 * lecam(real, made)).backward()
        optimizer.step()
    assert real.mean() > 0.3 > -0.3 > made.mean()
    assert lecam.anchors[0] > lecam.anchors[1]
