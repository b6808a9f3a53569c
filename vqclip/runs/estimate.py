"""What a series will cost: time measured on one step of each kind of picture, memory and disk."""

from __future__ import annotations

import time
from dataclasses import dataclass

from vqclip.config.schema import Config
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.runs.capacity import picture_bytes, pictures_at_once
from vqclip.runs.studio import Studio
from vqclip.series.plan import Plan, PlannedPicture

PROBES = 6
"""Kinds of pictures that are measured; further ones are scaled from them by their pixels."""
FILE_BYTES = {"png": 2.0, "webp": 1.4, "jpg": 0.6}
"""Of a file, per pixel, at full quality."""
PROGRAM_BYTES = 700_000_000
"""Of the program and its libraries, before any model."""


@dataclass(frozen=True)
class Estimate:
    """The cost of a series.

    Attributes:
        seconds: in one process on `device`.
        memory: bytes at the largest batch.
        disk: bytes of all files.
        at_once: pictures in the largest batch.
    """

    seconds: float
    memory: int
    disk: int
    at_once: int
    device: str


def estimate(plan: Plan, studio: Studio) -> Estimate:
    """Measure a step of each kind of picture and add up.

    Raises:
        CheckpointError: the models cannot be loaded.
        ConfigError: there is no such device.
    """
    kinds: dict[str, list[PlannedPicture]] = {}
    for job in sorted(plan.jobs, key=lambda one: repr(one.config.perceptor_weights())):
        kinds.setdefault(_kind(job.config), []).append(job)
    seconds, memory, at_once, rate, device = 0.0, 0, 1, 0.0, ""
    for number, jobs in enumerate(kinds.values()):
        config = jobs[0].config
        pixels = config.width * config.height
        if number < PROBES:
            models, _ = studio.models(config)
            place = models.generator.device
            rate, device = _seconds_per_row(build(models, [jobs[0].job])) / pixels, str(place)
            several = pictures_at_once(models, config)
            memory = max(memory, picture_bytes(models, config) * min(several, len(jobs)))
            at_once = max(at_once, min(several, len(jobs)))
        seconds += sum(row_steps(job.config) for job in jobs) * rate * pixels
    disk = sum(_file_bytes(job.config) for job in plan.jobs)
    return Estimate(seconds, memory + PROGRAM_BYTES, round(disk), at_once, device)


def row_steps(config: Config) -> int:
    """Steps of a picture, those of each start that is tried counted by itself."""
    tried = min(config.start.candidate_steps, config.steps)
    return config.steps + (config.start.candidates - 1) * tried


def _kind(config: Config) -> str:
    models = (config.vqgan, config.perceptor_weights(), config.precision)
    return repr((models, config.width, config.height, config.cutouts))


def _seconds_per_row(generation: Generation) -> float:
    """Seconds of a step for one image, measured on the second step; the first one warms up."""
    rows = generation.config.start.candidates
    steps = iter(generation)
    next(steps)
    before = time.perf_counter()
    second = next(steps, None)  # reading the losses waits for the device
    return 0.0 if second is None else (time.perf_counter() - before) / rows


def _file_bytes(config: Config) -> float:
    previews = config.steps // config.output.save_every if config.output.save_every else 0
    return config.width * config.height * FILE_BYTES[config.output.format] * (1 + previews)
