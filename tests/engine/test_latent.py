"""The latent as a sum of resolutions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import TinyVQGAN
from vqclip.engine.latent import Latent, level_sizes, quantize
from vqclip.models.protocols import LatentUnits


def latent_of(levels: int) -> Latent:
    return Latent(torch.zeros(2, 4, 5, 7), TinyVQGAN().units, levels=levels, falloff=0.6)


def noise_of(latent: Latent) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(level.shape, generator=generator) for level in latent.parameters]


def test_levels_halve_down_to_one_cell() -> None:
    assert level_sizes(6, 10, 16) == [(1, 1), (1, 2), (2, 3), (3, 5), (6, 10)]
    assert level_sizes(6, 10, 2) == [(3, 5), (6, 10)]
    assert level_sizes(6, 10, 1) == [(6, 10)]


def test_a_plain_latent_is_measured_in_deviations() -> None:
    latent = latent_of(1)
    (noise,) = noise_of(latent)
    latent.perturb_([noise], 0.5)
    torch.testing.assert_close(latent.z(), 0.5 * latent.units.deviation * noise)


def test_the_coarsest_level_moves_all_cells_together() -> None:
    latent = latent_of(16)
    with torch.no_grad():
        latent.parameters[0].fill_(1.0)
    torch.testing.assert_close(latent.z(), latent.units.deviation.expand(2, -1, 5, 7))
    with torch.no_grad():
        latent.parameters[0].zero_()
        latent.parameters[-1].fill_(1.0)
    finest = 0.6 ** (len(latent.parameters) - 1)
    torch.testing.assert_close(latent.z(), (finest * latent.units.deviation).expand(2, -1, 5, 7))


@pytest.mark.parametrize("levels", [1, 2, 16])
def test_it_can_fit_any_latent(levels) -> None:
    latent = latent_of(levels)
    target = torch.randn(2, 4, 5, 7, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(latent.parameters, lr=0.05)
    for _ in range(1000):
        optimizer.zero_grad()
        (latent.z() - target).square().mean().backward()
        optimizer.step()
    assert (latent.z() - target).abs().max() < 0.05


@pytest.mark.parametrize("levels", [1, 16])
def test_projection_ends_in_the_box_and_leaves_the_inside_alone(levels) -> None:
    latent = latent_of(levels)
    latent.perturb_(noise_of(latent), 5.0)
    low, high = latent.units.low, latent.units.high
    before = latent.z().detach()
    latent.project_()
    after = latent.z().detach()
    torch.testing.assert_close(after, before.clamp(low, high), atol=1e-4, rtol=0)
    latent.project_()
    torch.testing.assert_close(latent.z(), after, atol=1e-4, rtol=0)


def test_a_channel_in_which_all_codes_agree_stays_at_their_value() -> None:
    codebook = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))
    codebook[:, 1] = 3.0
    units = LatentUnits.of_codebook(codebook)
    latent = Latent(torch.zeros(1, 4, 2, 2), units, levels=2, falloff=0.5)
    latent.project_()
    torch.testing.assert_close(latent.z()[:, 1], torch.full((1, 2, 2), 3.0))


@pytest.mark.parametrize("levels", [1, 16])
def test_chosen_rows_are_those_latents(levels) -> None:
    latent = latent_of(levels)
    latent.perturb_(noise_of(latent), 1.0)
    before = latent.z().detach()
    latent.select(torch.tensor([1]))
    assert len(latent) == 1
    assert torch.equal(latent.z(), before[1:])
    (gradient,) = torch.autograd.grad(latent.z().sum(), latent.parameters[-1])
    assert gradient.abs().sum() > 0


def test_other_latents_take_the_place_of_all_levels() -> None:
    latent = latent_of(16)
    latent.perturb_(noise_of(latent), 1.0)
    parameters = list(latent.parameters)
    other = torch.randn(2, 4, 5, 7)
    latent.rebase_(other)
    assert torch.equal(latent.z(), other)
    assert torch.equal(latent.base, other)
    # An optimiser that holds the parameters goes on with them.
    assert all(own is kept for own, kept in zip(latent.parameters, parameters, strict=True))


def test_a_loaded_latent_is_the_saved_one() -> None:
    first, second = latent_of(16), latent_of(16)
    first.perturb_(noise_of(first), 1.0)
    saved = first.state_dict()
    expected = first.z().detach()
    first.perturb_(noise_of(first), 1.0)
    second.load_state_dict(saved)
    assert torch.equal(second.z(), expected)


def test_quantised_latents_are_codes_with_the_gradient_of_z() -> None:
    vqgan = TinyVQGAN()
    z = torch.randn(1, 4, 3, 3, requires_grad=True)
    z_q = quantize(vqgan, z)
    tokens = z_q.detach().permute(0, 2, 3, 1).reshape(-1, 4)
    assert all((vqgan.codebook == token).all(dim=1).any() for token in tokens)
    (gradient,) = torch.autograd.grad(z_q.sum(), z)
    assert (gradient == 1).all()
