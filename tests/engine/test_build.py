"""What a generation is built of: the configuration, or a start that is given."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import TinyVQGAN, tiny_models
from vqclip.config.choices import START_NOISE
from vqclip.engine.build import build
from vqclip.engine.starts import Start
from vqclip.engine.starts.sketcher import all_hashes
from vqclip.files.images import to_tensor


def codes(*rows: int) -> torch.Tensor:
    """Latents (B, 4, 4, 4) each of one code."""
    return TinyVQGAN().codebook[list(rows)][:, :, None, None].expand(-1, 4, 4, 4).clone()


def test_a_given_start_is_where_the_latents_start(make_job) -> None:
    jobs = [make_job(seed=seed, start__noise=1) for seed in (0, 1)]
    generation = build(tiny_models(), jobs, Start(codes(5, 9)))
    torch.testing.assert_close(generation.state.latent.z(), codes(5, 9))
    expected = TinyVQGAN().decode(codes(5, 9)).clamp(0, 1)
    torch.testing.assert_close(generation.images(), expected)
    assert "keep_init" not in generation.advance().losses[0].terms


def test_every_candidate_of_a_job_has_its_given_start(make_job) -> None:
    jobs = [make_job(seed=seed, start__candidates=2) for seed in (0, 1)]
    generation = build(tiny_models(), jobs, Start(codes(5, 9)))
    torch.testing.assert_close(generation.state.latent.z(), codes(5, 5, 9, 9))
    noisy = build(tiny_models(), jobs, Start(codes(5, 9), noise=0.5)).state.latent.z()
    assert (noisy[0] - noisy[1]).abs().max() > 0.1  # each with noise of its own


def test_a_given_start_brings_its_own_pull(make_job) -> None:
    start = Start(codes(5), keep_init=1.0)
    assert "keep_init" in build(tiny_models(), [make_job()], start).advance().losses[0].terms
    free = make_job(losses__keep_init=0)
    assert "keep_init" not in build(tiny_models(), [free], start).advance().losses[0].terms


def test_a_given_start_has_the_shape_of_the_latents(make_job) -> None:
    with pytest.raises(ValueError, match=r"\(2, 4, 4, 4\) does not fit \(1, 4, 4, 4\)"):
        build(tiny_models(), [make_job()], Start(codes(5, 9)))


def test_a_given_start_outside_the_box_is_moved_into_it(make_job) -> None:
    generation = build(tiny_models(), [make_job()], Start(codes(5) * 100))
    z, units = generation.state.latent.z(), TinyVQGAN().units
    expected = (codes(5) * 100).clamp(units.low, units.high)
    torch.testing.assert_close(z, expected, atol=1e-3, rtol=0)


def test_noise_that_is_asked_for_comes_before_that_of_the_start(make_job) -> None:
    asked = {"latent__levels": 1, "start__kind": "smooth"}
    mean = TinyVQGAN().units.mean
    still = build(tiny_models(), [make_job(start__noise=0, **asked)])
    torch.testing.assert_close(still.state.latent.z(), mean.expand(1, 4, 4, 4))
    (first, usual) = (
        build(tiny_models(), [make_job(**noise, **asked)]).state.latent.z() - mean
        for noise in ({"start__noise": START_NOISE}, {})
    )
    torch.testing.assert_close(first, usual)


def test_an_image_comes_before_a_kind(make_job, tmp_path: Path) -> None:
    path, image = tmp_path / "init.png", Image.new("RGB", (16, 16), (200, 40, 90))
    image.save(path)
    job = make_job(start__image=str(path), start__kind="codes", start__noise=0)
    z = build(tiny_models(), [job]).state.latent.base
    torch.testing.assert_close(z, TinyVQGAN().encode(to_tensor(image)))


def test_each_start_of_each_job_draws_from_streams_of_its_own(make_job) -> None:
    jobs = [make_job(seed=seed, start__candidates=2, start__kind="pixels") for seed in (3, 4)]
    together = build(tiny_models(), jobs).state.latent.z()
    assert len({tuple(z.flatten().tolist()) for z in together}) == 4
    single = build(tiny_models(), [make_job(seed=4, start__kind="pixels")]).state.latent.z()
    torch.testing.assert_close(together[2:3], single)  # the first start is that of a run of one


def test_hashes_are_those_of_the_files(make_job) -> None:
    models = tiny_models()
    assert build(models, [make_job()]).hashes == all_hashes(models) == models.hashes


def test_sizes_are_rounded_up_for_the_generator(make_job) -> None:
    z = build(tiny_models(), [make_job(width=37, height=22)]).state.latent.z()
    assert z.shape == (1, 4, 6, 10)
