"""Metrics of reconstructions in closed form."""

from __future__ import annotations

import math

import pytest
import torch

from tests.tiny import TinyPerceptor
from vqclip.randomness import stream
from vqclip.training.generator.reconstruction import (
    compare,
    embed,
    frechet,
    pair_sheet,
    psnr,
    ssim,
    steepness,
    strong_edges,
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
    centered = x - x.mean(dim=0)
    assert frechet(centered, 3 * centered) == pytest.approx(4 * float(torch.cov(x.T).trace()), 1e-5)


def test_steepness_of_a_ramp() -> None:
    ramp = (torch.arange(16.0) / 15).expand(2, 3, 16, 16)
    assert torch.allclose(steepness(ramp), torch.full((2,), 1 / 15))


def test_a_comparison_has_all_metrics() -> None:
    x = pictures(4)

    def halved(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return 0.5 * images, torch.tensor([0, 2, 2])

    metrics = compare([x[:2], x[2:]], halved, codes=4, perceptor=TinyPerceptor())
    assert metrics["l1"] == pytest.approx(float(x.mean()), rel=1e-4)
    assert metrics["color"] == pytest.approx(float(x.mean()), rel=1e-4)
    assert metrics["psnr"] == pytest.approx(float(psnr(x, 0.5 * x).mean()), rel=1e-5)
    assert metrics["ssim"] == pytest.approx(float(ssim(x, 0.5 * x).mean()), rel=1e-5)
    assert metrics["sharpness"] == pytest.approx(0.5)
    assert metrics["codes_used"] == 50
    own = TinyPerceptor()
    assert metrics["frechet"] == pytest.approx(
        frechet(embed(own, x), embed(own, 0.5 * x)), rel=1e-4
    )


def test_flat_pictures_have_no_sharpness() -> None:
    flat = torch.full((2, 3, 16, 16), 0.5)
    metrics = compare(
        [flat], lambda images: (images, torch.tensor([0])), codes=1, perceptor=TinyPerceptor()
    )
    assert math.isnan(metrics["sharpness"])
    assert metrics["l1"] == 0


def test_a_sheet_has_pictures_above_reconstructions() -> None:
    x, y = torch.zeros(5, 3, 4, 4), torch.ones(5, 3, 4, 4)
    sheet = pair_sheet(x, y, columns=2, zoom=3)
    assert sheet.shape == (3, 2 * 2 * 4 * 3, 2 * 4 * 3)
    assert sheet[:, :12].max() == 0
    assert sheet[:, 12:24].min() == 1


def test_edges_are_as_steep_as_the_original_or_blurred_or_haloed() -> None:
    step = (torch.arange(32) >= 16).float().expand(2, 3, 32, 32)
    edges, halos = strong_edges(step, step)
    assert (edges.tolist(), halos.tolist()) == ([1, 1], [0, 0])
    moved, _ = strong_edges(step, step.roll(1, dims=3))
    assert moved.tolist() == [1, 1]
    blurred, halos = strong_edges(step, torch.nn.functional.avg_pool2d(step, (1, 5), 1, (0, 2)))
    assert torch.allclose(blurred, torch.tensor(0.2), atol=0.05)
    assert halos.max() < 0.01
    sharpened = step + torch.where((step.cumsum(dim=3) == 1), 0.3, 0.0)
    edges, halos = strong_edges(step, sharpened)
    assert edges.min() > 1.2
    assert halos.min() > 0.01
