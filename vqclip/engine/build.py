"""Building a generation: the one place of the engine that reads the whole configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch

from vqclip.config.job import Job
from vqclip.config.option import walk
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.config.sections import CutoutsConfig
from vqclip.config.values import Schedule
from vqclip.engine.aims import aim
from vqclip.engine.candidates import Candidates
from vqclip.engine.cutouts import Cutouts, NormalLaw, PowerLaw, SizeLaw, Window
from vqclip.engine.extents import begun, extents_of, rate_at
from vqclip.engine.generation import Course, Generation
from vqclip.engine.guidance import Guidance, Guide
from vqclip.engine.keeping import kept_of, start_picture
from vqclip.engine.latent import Latent
from vqclip.engine.limits import Limits
from vqclip.engine.losses import TERMS
from vqclip.engine.optim import Average, Optimizer, learning_rate_factor
from vqclip.engine.starts import STARTS
from vqclip.engine.starts.composed import OF_PROMPTS, Composer, regions_of
from vqclip.engine.starts.init_image import start_of_picture
from vqclip.engine.starts.seam import without_seam
from vqclip.engine.starts.sketcher import Sketcher, all_hashes, find_sketcher
from vqclip.engine.starts.start import Canvas, Start
from vqclip.engine.state import State
from vqclip.engine.targets import Targets, encode_prompts
from vqclip.engine.viewpoint import viewpoints_of
from vqclip.files.atomic import sha256
from vqclip.files.images import round_up
from vqclip.files.paths import user_path
from vqclip.machine.device import is_reduced
from vqclip.models.load import Models
from vqclip.models.protocols import Generator
from vqclip.models.seamless import seamless
from vqclip.models.sketches.sampling import Sampling
from vqclip.randomness import Streams, stream

PALETTE_WEIGHT = 1.0
"""Of the pull towards the colors of a palette."""
SCORE_DECAY = 0.8
"""Of the moving average of a start's loss, by which starts compete."""
STREAMS = ("init", "cutouts", "noise")
"""Names of the streams of random numbers of an image."""
PICTURE = "picture "
"""What the hash of a picture stands under, before its path."""
LAWS: dict[str, Callable[[CutoutsConfig], SizeLaw]] = {
    "power": lambda config: PowerLaw(config.min_size, config.max_size, config.power),
    "normal": lambda config: NormalLaw(
        config.min_size, config.max_size, config.mean, config.deviation
    ),
}
"""How the sizes of cutouts are drawn, by the names of `cutouts.law`."""


def build(models: Models, jobs: Sequence[Job], start: Start | None = None) -> Generation:
    """Make the generation of a batch; all random numbers of an image come from its own seed.

    Args:
        models: a generator and perceptors, frozen, on one device.
        jobs: one per image; they share every setting but prompts and seed.
        start: where the latents start, a row per job, whatever the configuration says of starts;
            None: as the configuration says.

    Raises:
        CheckpointError: the sketch model of the package is damaged.
        ConfigError: the configuration asks for a start that these models do not have.
        ImageError: a picture to start from or to aim at cannot be read.
        ValueError: `start` has another shape than the latents of the jobs.
    """
    config = begun(jobs[0].config)
    generator = seamless(models.generator, config.wrap)
    models = replace(models, generator=generator)
    candidates = Candidates(config.start.candidates, config.start.candidate_steps)
    streams = _streams(jobs, candidates.each, generator.device)
    rows = [job for job in jobs for _ in range(candidates.each)]
    prompts = [job.prompts for job in rows]
    height, width = (round_up(side, generator.factor) for side in (config.height, config.width))
    texts = [
        encode_prompts(perceptor, prompts, device=generator.device)
        for perceptor in models.perceptors
    ]
    guidance = _guidance(models, config, aim(models, texts, rows), prompts)

    if start is None:
        sketcher = _sketcher(models, jobs, guidance)
        canvas = Canvas(generator, streams["init"], height, width, prompts, texts, sketcher)
        start = _start(config, canvas, guidance)
    else:
        start = _repeated(
            start, candidates.each, (len(jobs), *generator.latent_shape(height, width))
        )
    kept = kept_of(config, generator.factor, device=generator.device)
    latent = _latent(config, start, generator, streams)
    if kept is not None:
        latent.hold_(kept.cells)

    average = Average(latent.z().detach(), config.latent.average)
    score = Average(torch.zeros(len(latent), device=generator.device), SCORE_DECAY)
    optimizer = _optimizer(jobs[0].config, latent)
    state = State(latent, optimizer, average, score, streams, guidance, _limits(config))
    weights = _weights(config, keep_init=start.keep_init)
    extents = extents_of(jobs[0].config)
    course = Course(config.steps, config.latent.noise, weights, kept, extents)
    amp = is_reduced(config.precision, generator.device)
    hashes = {**all_hashes(models), **_picture_hashes(jobs)}
    return Generation(models, jobs, state, candidates, course=course, amp=amp, hashes=hashes)


def _picture_hashes(jobs: Sequence[Job]) -> dict[str, str]:
    """Return the SHA-256 of every picture that jobs start from or aim at."""
    names = dict.fromkeys(name for job in jobs for name in job.whole().pictures())
    return {f"{PICTURE}{name}": sha256(user_path(name)) for name in names}


def _streams(jobs: Sequence[Job], each: int, device: torch.device) -> dict[str, Streams]:
    """Return the streams of every start of every job, by name."""
    return {
        name: Streams(
            [stream(job.seed, f"{name}/{k}", device) for job in jobs for k in range(each)]
        )
        for name in STREAMS
    }


def _sketcher(models: Models, jobs: Sequence[Job], guidance: Guidance) -> Sketcher | None:
    """Return what writes sketches of the jobs, if there is a model for the generator."""
    config = jobs[0].config.start
    model = find_sketcher(models)
    if model is None or config.image is not None or config.kind not in ("auto", "sketch"):
        return None
    each, device = config.candidates, models.generator.device
    streams = [stream(job.seed, f"sketch/{k}", device) for job in jobs for k in range(each)]
    sampling = Sampling(config.guidance, config.temperature, config.top_k)
    return Sketcher(model, sampling, config.sketches, each, guidance, Streams(streams))


def _guidance(
    models: Models,
    config: Config,
    targets: Sequence[Targets],
    prompts: Sequence[Sequence[Prompt]],
) -> Guidance:
    generator, settings = models.generator, config.cutouts
    height, width = (round_up(side, generator.factor) for side in (config.height, config.width))
    guides = [
        Guide(perceptor, weight, own)
        for perceptor, weight, own in zip(
            models.perceptors, models.perceptor_weights, targets, strict=True
        )
    ]
    cutouts = Cutouts(
        Window(height, width, settings.border, settings.padding, config.wrap),
        LAWS[settings.law](settings),
        count=settings.count,
        overview=settings.overview,
        augmentations=config.augmentations,
    )
    picture, device = start_picture(config, height, width), generator.device
    viewpoints = viewpoints_of(prompts, height, width, device=device, reference=picture)
    amp = is_reduced(config.precision, device)
    return Guidance(guides, cutouts, chunk=settings.chunk, amp=amp, viewpoints=viewpoints)


@torch.no_grad()
def _start(config: Config, canvas: Canvas, guidance: Guidance) -> Start:
    """Make the start that a configuration asks for, with its own noise if any."""
    asked, make = config.start, STARTS[config.start.kind]
    picture = start_picture(config, canvas.height, canvas.width)
    if picture is not None:
        start = start_of_picture(canvas, picture)
    elif asked.kind in OF_PROMPTS and any(map(regions_of, canvas.prompts)):
        start = Composer(make, guidance, asked.candidates).compose(canvas)
    else:
        start = make(canvas)
    start = without_seam(canvas.generator, start, config.wrap)
    return start if asked.noise is None else replace(start, noise=asked.noise)


def _repeated(start: Start, each: int, shape: tuple[int, ...]) -> Start:
    """Repeat a start of a known shape for every candidate of each job."""
    if start.latent.shape != shape:
        raise ValueError(f"a start of shape {tuple(start.latent.shape)} does not fit {shape}")
    return replace(start, latent=start.latent.repeat_interleave(each, dim=0))


def _latent(
    config: Config,
    start: Start,
    generator: Generator,
    streams: Mapping[str, Streams],
) -> Latent:
    """Make the latent of a start, disturbed by noise."""
    levels, falloff = config.latent.levels, config.latent.falloff
    latent = Latent(start.latent, generator.units, levels=levels, falloff=falloff, wrap=config.wrap)
    noise = [streams["init"].normal(*level.shape[1:]) for level in latent.parameters]
    latent.perturb_(noise, start.noise)
    latent.project_()
    return latent


def _optimizer(config: Config, latent: Latent) -> Optimizer:
    settings = config.optimizer

    def factor(step: int) -> float:
        return rate_at(config, step) * learning_rate_factor(
            step,
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


def _limits(config: Config) -> Limits:
    return Limits(
        config.height, config.width, config.symmetry, config.pixels, config.palette, config.dither
    )


def _weights(config: Config, *, keep_init: float) -> dict[str, Schedule]:
    """Return the weights of the regularisers in use; those that are not set have a usual one."""
    losses = walk(config.losses)
    asked = {name: weight for name, weight, _ in losses if isinstance(weight, Schedule)}
    palette = 0.0 if config.palette is None else PALETTE_WEIGHT
    usual = {"keep_init": keep_init, "palette": palette}
    weights = {name: Schedule.constant(weight) for name, weight in usual.items()} | asked
    return {name: weights[name] for name in TERMS if not weights[name].is_zero}
