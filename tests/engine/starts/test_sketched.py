from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.conftest import small_config
from tests.models.sketches.sketchmodels import SHAPE, tiny_sketch_model
from tests.tiny import TinyVQGAN, tiny_models
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.starts import origin, sketcher
from vqclip.engine.starts.sketched import text_of
from vqclip.engine.starts.sketcher import all_hashes
from vqclip.errors import CheckpointError, ConfigError
from vqclip.files.atomic import sha256
from vqclip.models.load import Models
from vqclip.models.sketches.sampling import Sampling, sample
from vqclip.models.sketches.sketchfile import codebook_hash, read_sketch, write_sketch
from vqclip.randomness import stream


def write(path: Path, codebook: str) -> None:
    model = tiny_sketch_model()
    weights, tokens = model.transformer.state_dict(), model.vocabulary.tokens
    write_sketch(path, weights, SHAPE, tokens, codebook)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Tiny models under the name of the small pair, with a sketch model."""
    path = tmp_path / "sketch.safetensors"
    monkeypatch.setattr(sketcher, "MINI_SKETCH", path)
    write(path, codebook_hash(TinyVQGAN().codebook))
    return replace(tiny_models(), hashes={"vqgan mini": "0" * 64})


def begun(models: Models, make_job, *seeds: int, **settings: object) -> Generation:
    job = {"start__kind": "sketch", "start__noise": 0, **settings}
    return build(models, [make_job(seed=seed, **job) for seed in seeds])


def test_texts_of_positive_weight_are_one_text() -> None:
    assert (
        text_of(parse_prompts("oil painting:0.5 | a red fox | snow:-1"))
        == "a red fox, oil painting"
    )
    assert text_of(()) == ""


def test_one_sketch_is_what_the_model_writes_for_the_seed(models: Models, make_job) -> None:
    job = make_job(seed=3, start__kind="sketch", start__noise=0, start__sketches=1)
    z = build(models, [job]).state.latent.z()
    draws = torch.rand(1, SHAPE.cells, generator=stream(3, "sketch/0"))
    settings = Sampling(job.config.start.guidance, job.config.start.temperature, 100)
    model = read_sketch(sketcher.MINI_SKETCH)
    codes = sample(model, [text_of(job.prompts)], draws, settings)
    torch.testing.assert_close(z, TinyVQGAN().codebook[codes].permute(0, 3, 1, 2))


def test_sketches_depend_on_the_seed_alone(models: Models, make_job) -> None:
    both = begun(models, make_job, 3, 4).state.latent.z()
    assert torch.equal(both[1:], begun(models, make_job, 4).state.latent.z())
    assert not torch.equal(both[0], both[1])


def test_the_perceptors_choose_the_best_and_starts_get_the_best_few(
    models: Models, make_job
) -> None:
    generation = begun(models, make_job, 5, start__sketches=6, start__candidates=6)
    z = generation.state.latent.z()
    images = [models.generator.decode(own[None]).clamp(0, 1).expand(6, -1, -1, -1) for own in z]
    whole = generation.state.guidance.overviews(32)
    losses = whole.compare(images, generation.state.streams["cutouts"], progress=0.0)[:, 0]
    half = losses.view(2, 3).mean(dim=1)
    assert half[0] < half[1]
    assert len(torch.unique(z, dim=0)) > 1


def test_auto_prefers_a_sketch(models: Models, make_job) -> None:
    z = begun(models, make_job, 0, start__kind="auto").state.latent.z()
    assert torch.equal(z, begun(models, make_job, 0).state.latent.z())
    smooth = begun(tiny_models(), make_job, 0, start__kind="auto").state.latent.z()
    assert not torch.equal(z, smooth)


def test_other_shapes_are_cropped(models: Models, make_job) -> None:
    generation = begun(models, make_job, 0, width=32, height=16)
    assert generation.state.latent.z().shape == (1, 4, 4, 8)


def test_without_a_model_a_sketch_is_refused(make_job) -> None:
    with pytest.raises(ConfigError, match="needs a VQGAN that brings a sketch model"):
        begun(tiny_models(), make_job, 0)


def test_another_codebook_is_refused(models: Models, make_job) -> None:
    sketcher._shipped.cache_clear()
    write(sketcher.MINI_SKETCH, "f" * 64)
    with pytest.raises(CheckpointError, match="another codebook \\(ffffffffffff\\)"):
        begun(models, make_job, 0)


def test_the_file_is_among_those_a_picture_depends_on(models: Models) -> None:
    assert all_hashes(models)["sketch mini"] == sha256(sketcher.MINI_SKETCH)
    assert "sketch mini" not in all_hashes(tiny_models())


def test_a_stopped_run_continues_exactly(models: Models, make_job) -> None:
    settings = {"steps": 4, "start__candidates": 2, "start__candidate_steps": 2}
    whole = begun(models, make_job, 0, **settings)
    list(whole)
    first, second = (begun(models, make_job, 0, **settings) for _ in range(2))
    first.advance()
    second.load_state_dict(first.state_dict())
    list(second)
    assert torch.equal(whole.images(), second.images())


def test_what_a_picture_begins_with_is_named(models: Models) -> None:
    image = small_config(start__image="cat.png")
    assert origin(image, models) == "the picture cat.png"
    assert origin(small_config(start__kind="auto", start__sketches=3), models) == (
        "the best of 3 sketches"
    )
    assert origin(small_config(start__kind="auto"), tiny_models()) == "smooth"
    assert origin(small_config(start__kind="codes"), models) == "codes"
