"""The latent as a sum of resolutions, and where it starts."""

from __future__ import annotations

import pytest
import torch

from tests.tiny import TinyVQGAN
from vqclip.engine.latent import Latent, level_sizes, quantize
from vqclip.engine.starts import STARTS, Canvas
from vqclip.models.protocols import LatentUnits
from vqclip.randomness import Streams, stream


def test_levels_halve_down_to_one_cell() -> None:
    assert level_sizes(6, 10, 16) == [(1, 1), (1, 2), (2, 3), (3, 5), (6, 10)]
    assert level_sizes(6, 10, 2) == [(3, 5), (6, 10)]
    assert level_sizes(6, 10, 1) == [(6, 10)]


def latent(levels: int) -> Latent:
    base = torch.zeros(2, 4, 5, 7)
    return Latent(base, TinyVQGAN().units, levels=levels, falloff=0.6)


@pytest.mark.parametrize("levels", [1, 2, 16])
def test_it_can_fit_any_latent(levels) -> None:
    one = latent(levels)
    target = torch.randn(2, 4, 5, 7, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(one.parameters, lr=0.05)
    for _ in range(1000):
        optimizer.zero_grad()
        (one.z() - target).square().mean().backward()
        optimizer.step()
    assert (one.z() - target).abs().max() < 0.05


@pytest.mark.parametrize("levels", [1, 16])
def test_projection_ends_in_the_box_and_leaves_the_inside_alone(levels) -> None:
    one = latent(levels)
    noise = [torch.randn_like(level) for level in one.parameters]
    one.perturb_(noise, 5.0)
    before = one.z().detach()
    one.project_()
    after = one.z().detach()
    torch.testing.assert_close(
        after, before.clamp(one.units.low, one.units.high), atol=1e-4, rtol=0
    )
    one.project_()
    torch.testing.assert_close(one.z(), after, atol=1e-4, rtol=0)


def test_a_constant_channel_stays_finite() -> None:
    codebook = torch.randn(8, 4)
    codebook[:, 1] = 3.0
    one = Latent(torch.zeros(1, 4, 2, 2), LatentUnits.of_codebook(codebook), levels=2, falloff=0.5)
    one.project_()
    assert one.z().isfinite().all()


def test_quantised_latents_are_codes_with_the_gradient_of_z() -> None:
    vqgan = TinyVQGAN()
    z = torch.randn(1, 4, 3, 3, requires_grad=True)
    z_q = quantize(vqgan, z)
    tokens = z_q.detach().permute(0, 2, 3, 1).reshape(-1, 4)
    assert all((vqgan.codebook == token).all(dim=1).any() for token in tokens)
    z_q.sum().backward()
    assert z.grad is not None
    assert (z.grad == 1).all()


@pytest.mark.parametrize("kind", ["smooth", "codes", "pixels", "gradient", "fractal"])
def test_starts_depend_on_their_seed_alone(kind) -> None:
    vqgan = TinyVQGAN()

    def start(*seeds: int) -> torch.Tensor:
        streams = Streams([stream(seed, "init") for seed in seeds])
        return STARTS[kind](Canvas(vqgan, streams, 12, 20)).latent

    both = start(1, 2)
    assert both.shape == (2, 4, 3, 5)
    torch.testing.assert_close(both[1:], start(2))
    assert (kind == "smooth") == torch.equal(both[0], both[1])
