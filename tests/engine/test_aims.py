"""What guidance aims at: texts, embeddings of pictures drawn by the seed, or both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from tests.tiny import TinyPerceptor, tiny_models
from vqclip.config.job import Job
from vqclip.config.prompt import Prompt, parse_prompts
from vqclip.config.schema import Config
from vqclip.config.sections import PriorConfig
from vqclip.engine.aims import aim, aim_warnings
from vqclip.engine.build import build
from vqclip.engine.targets import Targets, encode_prompts
from vqclip.models.load import Models
from vqclip.models.textprior import TextPrior, write_prior

HASH = "c" * 64


def make_models(folder: Path, *, prior: bool = True) -> Models:
    """A tiny pair whose perceptor is called after a folder, with or without a prior."""
    if prior:
        torch.manual_seed(0)
        own = TextPrior(12, 16, 1)
        own.mean.normal_()
        write_prior(folder / "prior.safetensors", own, HASH)
    return replace(tiny_models(), hashes={"vqgan tiny": "0" * 64, f"perceptor {folder}": HASH})


def job(text: str, seed: int, **settings: object) -> Job:
    base = Config(width=16, height=16, steps=3, **settings)  # type: ignore[arg-type]
    return Job(tuple(parse_prompts(text)), seed, base)


def aimed(models: Models, *jobs: Job) -> tuple[Targets, Targets]:
    """The targets of texts, and those that the configuration asks for."""
    prompts = [own.prompts for own in jobs]
    texts = encode_prompts(TinyPerceptor(), prompts, device=torch.device("cpu"))
    return texts, aim(models, [texts], jobs)[0]


def test_texts_stay_as_they_are(tmp_path: Path) -> None:
    texts, found = aimed(make_models(tmp_path), job("a fox", 0))
    assert found is texts


def test_the_prior_replaces_what_attracts_and_nothing_else(tmp_path: Path) -> None:
    base = job("a fox | fog:-1", 0, targets="prior")
    made = replace(base, prompts=(*base.prompts, Prompt("7", "noise"), Prompt("a hen")))
    texts, found = aimed(make_models(tmp_path), made)
    changed = (texts.vectors != found.vectors).any(dim=-1)
    assert changed.tolist() == [[True, False, False, True]]
    torch.testing.assert_close(found.vectors.norm(dim=-1), torch.ones(1, 4))
    assert torch.equal(found.weights, texts.weights)


def test_the_mix_lies_between(tmp_path: Path) -> None:
    models = make_models(tmp_path)
    texts, prior = aimed(models, job("a fox", 4, targets="prior"))
    _, mix = aimed(models, job("a fox", 4, targets="mix", prior=PriorConfig(share=0.25)))
    expected = F.normalize(0.75 * texts.vectors + 0.25 * prior.vectors, dim=-1)
    torch.testing.assert_close(mix.vectors, expected)


def test_targets_depend_on_the_seed_and_not_on_the_batch(tmp_path: Path) -> None:
    models = make_models(tmp_path)
    jobs = [job("a fox", seed, targets="prior") for seed in (1, 2)]
    _, together = aimed(models, *jobs)
    _, alone = aimed(models, jobs[1])
    assert torch.equal(together.vectors[1], alone.vectors[0])
    assert not torch.allclose(together.vectors[0], together.vectors[1])


def test_without_spread_seeds_agree(tmp_path: Path) -> None:
    still = PriorConfig(spread=0)
    jobs = [job("a fox", seed, targets="prior", prior=still) for seed in (1, 2)]
    _, found = aimed(make_models(tmp_path), *jobs)
    assert torch.equal(found.vectors[0], found.vectors[1])


def test_a_perceptor_without_a_prior_says_so(tmp_path: Path) -> None:
    models, made = make_models(tmp_path, prior=False), job("a fox", 0, targets="prior")
    texts, found = aimed(models, made)
    assert torch.equal(texts.vectors, found.vectors)
    note = f"targets: prior: {tmp_path} has no prior and aims at the text"
    assert aim_warnings(models, made.config) == [note]
    assert note in build(models, [made]).warnings
    assert aim_warnings(models, Config()) == []


def test_a_generation_continues_with_the_same_targets(tmp_path: Path) -> None:
    models, made = make_models(tmp_path), job("a fox", 5, targets="prior")
    whole, part = build(models, [made]), build(models, [made])
    part.advance()
    resumed = build(models, [made])
    resumed.load_state_dict(part.state_dict())
    for generation in (whole, resumed):
        for _ in generation:
            pass
    assert torch.equal(whole.images(), resumed.images())
    assert f"prior {tmp_path}" in whole.hashes


@pytest.mark.parametrize("kind", ["prior", "mix"])
def test_recipes_say_what_was_aimed_at(kind: str) -> None:
    table = Config(targets=kind).to_dict()
    assert (table["targets"], table["prior"]) == (kind, {"spread": 0.7, "share": 0.5})
    assert "targets" not in Config().to_dict()  # as in recipes of earlier versions
