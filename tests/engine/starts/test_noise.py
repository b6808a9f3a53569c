"""Starts without a picture."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import TinyVQGAN
from vqclip.config.choices import START_NOISE
from vqclip.engine.starts import STARTS, Canvas, Start
from vqclip.engine.starts.noise import clouds, gradients
from vqclip.errors import ConfigError
from vqclip.randomness import Streams, stream

KINDS = ("smooth", "codes", "pixels", "gradient", "fractal")


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "init") for seed in seeds])


def start(kind: str, *seeds: int) -> Start:
    return STARTS[kind](Canvas(TinyVQGAN(), streams(*seeds), 12, 20))


@pytest.mark.parametrize("kind", KINDS)
def test_starts_depend_on_their_seed_alone(kind) -> None:
    both = start(kind, 1, 2)
    assert both.latent.shape == (2, 4, 3, 5)
    assert (both.noise, both.keep_init) == (START_NOISE, 0)
    torch.testing.assert_close(both.latent[1:], start(kind, 2).latent)
    assert (kind == "smooth") == torch.equal(both.latent[0], both.latent[1])


def test_smooth_is_the_mean_everywhere() -> None:
    mean = TinyVQGAN().codebook.mean(dim=0)
    torch.testing.assert_close(start("smooth", 1).latent, mean.view(1, 4, 1, 1).expand(1, 4, 3, 5))


def test_codes_are_codes() -> None:
    latent = start("codes", 1).latent
    assert torch.equal(TinyVQGAN().quantize(latent), latent)
    assert len(latent.flatten(2)[0].T.unique(dim=0)) > 4


def test_codes_need_a_codebook() -> None:
    class ContinuousVQGAN(TinyVQGAN):
        codebook: Tensor | None = None

    with pytest.raises(ConfigError, match="needs a generator with a codebook"):
        STARTS["codes"](Canvas(ContinuousVQGAN(), streams(0), 12, 20))


def test_pixels_are_uniform_noise_encoded() -> None:
    expected = TinyVQGAN().encode(streams(1).uniform(3, 12, 20))
    assert torch.equal(start("pixels", 1).latent, expected)


def test_a_gradient_passes_straight_from_one_color_to_another() -> None:
    images = gradients(streams(*range(8)), 12, 20)
    assert images.min() >= 0
    assert images.max() < 1
    for image in images:  # all colors lie on the line between two of them
        colors = image.flatten(1) - image.mean(dim=(1, 2))[:, None]
        extent = torch.linalg.svdvals(colors)
        assert extent[1] < 1e-4 * extent[0]


def test_clouds_are_larger_than_spots() -> None:
    image = clouds(streams(1), 64, 64)
    assert image.min() >= 0
    assert image.max() <= 1
    near, far = ((image - image.roll(by, dims=-1)).square().mean() for by in (1, 24))
    assert near < 0.2 * far
