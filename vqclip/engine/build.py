"""Building a generation: the one place of the engine that reads the whole configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from vqclip.config.job import Job
from vqclip.config.schema import Config, CutoutsConfig, LossesConfig, StartConfig
from vqclip.config.values import Schedule
from vqclip.device import is_reduced
from vqclip.engine.candidates import Candidates
from vqclip.engine.cutouts import Cutouts, NormalLaw, PowerLaw, SizeLaw, Window
from vqclip.engine.generation import Course, Generation
from vqclip.engine.guidance import Guidance, Guide
from vqclip.engine.latent import Latent
from vqclip.engine.losses import TERMS
from vqclip.engine.optim import Average, Optimizer, learning_rate_factor
from vqclip.engine.starts import STARTS
from vqclip.engine.starts.init_image import init_image
from vqclip.engine.starts.picturebank import Bank, all_hashes, find_bank
from vqclip.engine.starts.recolor import recolor
from vqclip.engine.starts.start import Canvas, Start
from vqclip.engine.state import State
from vqclip.engine.targets import encode_prompts
from vqclip.images import round_up
from vqclip.models.load import Models
from vqclip.randomness import Streams, stream

SCORE_DECAY = 0.8
"""Of the average loss by which starts are compared."""

STREAMS = ("init", "recolor", "cutouts", "noise")
"""Names of an image's streams of random numbers."""


def build(
    models: Models, jobs: Sequence[Job], start: Start | None = None, *, bank: Bank | None = None
) -> Generation:
    """Make the generation of a batch; all random numbers of an image come from its own seed.

    Args:
        models: a generator and perceptors, frozen, on one device.
        jobs: one per image; they share every setting but prompts and seed.
        start: where the latents start, one per job; None: where the configuration says.
        bank: pictures to start from; None: those of the package, where they suit the models.

    Raises:
        CheckpointError: the bank of the package is missing or damaged.
        ConfigError: the configuration asks for a start that these models do not have.
        ImageError: a picture to start from or to aim at cannot be read.
    """
    config, generator = jobs[0].config, models.generator
    candidates = Candidates(config.start.candidates, config.start.candidate_steps)
    streams = _streams(jobs, candidates.each, generator.device)
    height, width = (round_up(side, generator.factor) for side in (config.height, config.width))

    # What guides: cutouts, and the prompts as every perceptor sees them.
    prompts = [job.prompts for job in jobs for _ in range(candidates.each)]
    guides = [
        Guide(perceptor, weight, encode_prompts(perceptor, prompts, device=generator.device))
        for perceptor, weight in zip(models.perceptors, models.perceptor_weights, strict=True)
    ]
    cutouts = _cutouts(config, height, width)
    amp = is_reduced(config.precision, generator.device)
    guidance = Guidance(guides, cutouts, chunk=config.cutouts.chunk, amp=amp)

    # Where z starts: first in its own colors, then in those of the prompts, then disturbed.
    if start is None:
        targets = [guide.targets for guide in guides]
        bank = bank or find_bank(models)
        pool = config.start.pool
        canvas = Canvas(generator, streams["init"], height, width, prompts, targets, bank, pool)
        start = _start(config.start, canvas)
    else:
        start = replace(start, latent=start.latent.repeat_interleave(candidates.each, dim=0))
    z = recolor(generator, guidance, start.latent, streams["recolor"], steps=start.recolor)
    levels, falloff = config.latent.levels, config.latent.falloff
    latent = Latent(z, generator.units, levels=levels, falloff=falloff)
    noise = [streams["init"].normal(*level.shape[1:]) for level in latent.parameters]
    latent.perturb_(noise, start.noise)
    latent.project_()

    average = Average(latent.z().detach(), config.latent.average)
    score = Average(torch.zeros(len(latent), device=generator.device), SCORE_DECAY)
    state = State(latent, _optimizer(config, latent), average, score, streams, guidance)
    weights = _weights(config.losses, keep_init=start.keep_init)
    course = Course(config.steps, config.latent.noise, weights)
    hashes = all_hashes(models)
    return Generation(models, jobs, state, candidates, course=course, amp=amp, hashes=hashes)


def _streams(jobs: Sequence[Job], each: int, device: torch.device) -> dict[str, Streams]:
    """Return the streams of every start of every job, by name."""
    return {
        name: Streams(
            [stream(job.seed, f"{name}/{k}", device) for job in jobs for k in range(each)]
        )
        for name in STREAMS
    }


@torch.no_grad()
def _start(config: StartConfig, canvas: Canvas) -> Start:
    """Make the start a configuration asks for; its own noise and recoloring come first."""
    image = config.image
    start = STARTS[config.kind](canvas) if image is None else init_image(canvas, Path(image))
    return replace(
        start,
        noise=start.noise if config.noise is None else config.noise,
        recolor=start.recolor if config.recolor is None else config.recolor,
    )


def _cutouts(config: Config, height: int, width: int) -> Cutouts:
    settings = config.cutouts
    return Cutouts(
        Window(height, width, settings.border, settings.padding),
        LAWS[settings.law](settings),
        count=settings.count,
        overview=settings.overview,
        augmentations=config.augmentations,
    )


LAWS: dict[str, Callable[[CutoutsConfig], SizeLaw]] = {
    "power": lambda chosen: PowerLaw(chosen.min_size, chosen.max_size, chosen.power),
    "normal": lambda chosen: NormalLaw(
        chosen.min_size, chosen.max_size, chosen.mean, chosen.deviation
    ),
}


def _optimizer(config: Config, latent: Latent) -> Optimizer:
    settings = config.optimizer
    factor = partial(
        learning_rate_factor,
        steps=config.steps,
        warmup=settings.warmup,
        decay=settings.decay,
        final=settings.final,
        step_at=settings.step_at,
    )
    return Optimizer(
        settings.name,
        latent.parameters,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        factor=factor,
    )


def _weights(config: LossesConfig, *, keep_init: float) -> dict[str, Schedule]:
    """Return the weights of the regularisers in use; `keep_init` is that of the start."""
    asked = {
        "total_variation": config.total_variation,
        "smoothness": config.smoothness,
        "saturation": config.saturation,
        "latent_shrink": config.latent_shrink,
        "keep_init": config.keep_init or Schedule.constant(keep_init),
    }
    return {name: asked[name] for name in TERMS if not asked[name].is_zero}
