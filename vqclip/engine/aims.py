"""What guidance aims at: a text itself, the embedding of a picture of it, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.job import Job
from vqclip.config.schema import Config
from vqclip.engine.stories import Story
from vqclip.engine.targets import Targets
from vqclip.models.load import Models
from vqclip.models.textprior import TextPrior, find_prior
from vqclip.randomness import stream

PERCEPTOR = "perceptor "
"""What the hash of a perceptor stands under, before its name."""


def perceptor_names(models: Models) -> list[str]:
    """Return the names of the perceptors, in order, as the user wrote them."""
    return [key.removeprefix(PERCEPTOR) for key in models.hashes if key.startswith(PERCEPTOR)]


def find_priors(models: Models) -> list[TextPrior | None]:
    """Return the prior of every perceptor, or None for those that have none.

    Raises:
        CheckpointError: a prior is damaged, or belongs to another perceptor.
    """
    names, device = perceptor_names(models), models.generator.device
    if len(names) != len(models.perceptors):  # models that were not loaded by name
        return [None] * len(models.perceptors)
    return [find_prior(name, models.hashes[PERCEPTOR + name], device) for name in names]


def aim(models: Models, texts: Sequence[Targets], jobs: Sequence[Job]) -> list[Targets]:
    """Return what every perceptor aims at, as the configuration of the jobs says.

    Args:
        models: with the priors of the perceptors, if they have some.
        texts: the prompts of the jobs, as every perceptor reads them.
        jobs: one per image.

    Raises:
        CheckpointError: a prior is damaged, or belongs to another perceptor.
    """
    if jobs[0].config.targets == "text":
        return list(texts)
    pairs = zip(texts, find_priors(models), strict=True)
    return [own if prior is None else replaced(own, prior, jobs) for own, prior in pairs]


def replaced(texts: Targets, prior: TextPrior, jobs: Sequence[Job]) -> Targets:
    """Replace every text that attracts by the embedding of a picture, or mix both.

    Each prompt has its own, drawn by the seed of its image. What repels, images and noise stay as
    they are.
    """
    config = jobs[0].config
    share = 1.0 if config.targets == "prior" else config.prior.share
    vectors = texts.vectors.clone()
    drawn: dict[tuple[int, int, str], Tensor] = {}

    def replacement(text: Tensor, content: str, seed: int, column: int) -> Tensor:
        key = seed, column, content
        if key not in drawn:
            # One at a time: a target must not depend, even by rounding, on its neighbours.
            drawn[key] = draw(prior, text, seed, column, spread=config.prior.spread)
        return F.normalize(torch.lerp(text, drawn[key], share), dim=0)

    for row, job in enumerate(jobs):
        for column, prompt in enumerate(job.prompts):
            if prompt.kind == "text" and prompt.weight > 0:
                text = texts.vectors[row, column]
                vectors[row, column] = replacement(text, prompt.content, job.seed, column)

    def told(story: Story) -> Story:
        job = jobs[story.row]
        prompt = job.prompts[story.column]
        if prompt.kind != "text":
            return story
        scenes = [
            replacement(text, scene.content, job.seed, story.column) if scene.weight > 0 else text
            for text, scene in zip(story.vectors, prompt.scenes, strict=True)
        ]
        return replace(story, vectors=torch.stack(scenes))

    return replace(texts, vectors=vectors, stories=tuple(map(told, texts.stories)))


def draw(prior: TextPrior, text: Tensor, seed: int, column: int, *, spread: float) -> Tensor:
    """Draw the embedding (E,) of a picture of a text (E,), prompt number `column` of an image."""
    noise = torch.randn(1, len(text), generator=stream(seed, f"prior/{column}")).to(text)
    return prior.sample(text[None], noise, spread=spread)[0]


def aim_warnings(models: Models, config: Config) -> list[str]:
    """Return a warning of perceptors that should aim at a prior and have none."""
    if config.targets == "text":
        return []
    names = perceptor_names(models)
    without = [name for name, own in zip(names, find_priors(models), strict=False) if own is None]
    return [
        f"targets: {config.targets}: {name} has no prior and aims at the text" for name in without
    ]
