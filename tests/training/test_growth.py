"""A VQGAN that grows begins with what a smaller one draws and finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.generator.growth import fit_output, widen
from vqclip.training.generator.vqgan_settings import ArchitectureSettings

SMALL = ArchitectureSettings(ch_mult=[1, 2], z_channels=8, codes=12, code_size=6)


def build(settings: ArchitectureSettings, seed: int) -> TamingVQGAN:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return TamingVQGAN(settings.build()).eval().requires_grad_(False)


def input_of(module: nn.Module, call: Callable[[], object]) -> torch.Tensor:
    """Return what a module is given during a call."""
    seen: list[torch.Tensor] = []
    hook = module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    call()
    hook.remove()
    return seen[0]


@pytest.mark.parametrize("added", [0, 1, 2])
def test_a_widened_vqgan_draws_and_finds_the_same(added: int) -> None:
    smaller = build(SMALL, 0)
    larger = build(replace(SMALL, ch_mult=[1] * added + [1, 2]), 1)
    widen(larger, smaller)
    times = 2**added
    assert larger.factor == times * smaller.factor
    assert torch.equal(larger.codebook, smaller.codebook)
    z = torch.randn(1, 6, 4, 4, generator=stream(0, "z"))
    images = torch.rand(1, 3, 16, 16, generator=stream(0, "images"))
    before = input_of(smaller.decoder.norm_out, lambda: smaller.decode(z))
    after = input_of(larger.decoder.norm_out, lambda: larger.decode(z))
    pooled = F.avg_pool2d(after, times)
    assert (pooled - before).abs().mean() < 0.4 * before.std()
    if not added:
        torch.testing.assert_close(after, before)
    even = images[:, :, :1, :1].expand(1, 3, 16, 16)
    before = input_of(smaller.encoder.down[0].block[0], lambda: smaller.encode(even))
    larger_even = F.interpolate(even, scale_factor=float(times))
    found = input_of(larger.encoder.down[added].block[0], lambda: larger.encode(larger_even))
    torch.testing.assert_close(found[:, :, 2:-2, 2:-2], before[:, :, 2:-2, 2:-2])


def test_what_is_added_learns() -> None:
    smaller, larger = build(SMALL, 0), build(replace(SMALL, ch_mult=[1, 1, 2]), 1)
    widen(larger, smaller)
    larger.requires_grad_(True)
    larger.decode(torch.randn(1, 6, 4, 4)).square().mean().backward()
    block = larger.decoder.up[0].block[0]
    assert block.conv2.weight.grad.abs().sum() > 0
    assert larger.decoder.up[1].upsample.conv.weight.grad.abs().sum() > 0


def test_the_last_layer_is_fitted_to_pictures() -> None:
    wanted, vqgan = build(SMALL, 0), build(SMALL, 0)
    batches = [(z, wanted.decode(z)) for z in torch.randn(3, 2, 6, 8, 8)]
    vqgan.decoder.conv_out.weight.normal_()
    vqgan.decoder.conv_out.bias.fill_(3)
    fit_output(vqgan, batches)
    z, images = batches[0]
    assert (vqgan.decode(z) - images).abs().mean() < 0.01 * images.std()
