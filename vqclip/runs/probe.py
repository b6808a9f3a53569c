"""A probe: a few steps, drawn only to measure their pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from vqclip.config.job import Job
from vqclip.engine.build import build as build_generation
from vqclip.engine.iterate import Iterate
from vqclip.models.load import Models
from vqclip.runs.capacity import check_memory, picture_bytes, pictures_in
from vqclip.runs.estimate import kinds_of
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pace import Clock, Pace, Stopwatch
from vqclip.runs.pacelog import PaceLog, kind_of
from vqclip.series.plan import Plan

STEPS = 3
"""Steps of each phase; the first warms up."""
FEW_STEPS = 2
"""The same for a rough estimate."""
SIZES = 6
"""Number of sizes that are measured; the others are scaled from them."""


def measure(
    models: Models,
    jobs: Sequence[Job],
    *,
    steps: int = STEPS,
    clock: Clock = time.perf_counter,
    build: Callable[[Models, Sequence[Job]], Iterable[Iterate]] = build_generation,
) -> Pace:
    """Measure the pace of jobs that are drawn together, on the device of the models.

    Args:
        models: models that draw.
        jobs: jobs of the batch.
        steps: number of steps of each phase: while several starts compete, and after that.
        clock: returns the seconds.
        build: builds the optimisation.

    Raises:
        ImageError: a picture to start from or to aim at cannot be read.
    """
    config = jobs[0].config
    tried = steps if config.start.candidates > 1 else 0
    changed = replace(
        config, steps=tried + steps, start=replace(config.start, candidate_steps=steps)
    )
    watch = Stopwatch(tried, clock)
    generation = build(models, [replace(job, config=changed) for job in jobs])
    watch.started()
    for iterate in generation:
        watch.stepped(iterate.step)  # reading its losses has waited for the device
    pace = watch.pace(len(jobs))
    if pace is None:
        raise ValueError(f"{steps} steps have no pace")
    return pace


def measure_plan(plan: Plan, cache: ModelCache, paces: PaceLog, *, at_once: int | None) -> None:
    """Draw a few steps of each kind of picture of a plan, and remember their pace.

    Args:
        plan: plan of the run.
        cache: loads the models.
        paces: log that remembers them.
        at_once: pictures in a batch; None: as many as fit into memory.

    Raises:
        CheckpointError: the models cannot be loaded.
        ConfigError: this machine has no such device.
        ImageError: a picture to start from or to aim at cannot be read.
    """
    measured: set[tuple[str, int]] = set()
    for jobs in kinds_of(plan):
        config = jobs[0].config
        kind, pixels = kind_of(config), config.width * config.height
        is_new = kind not in {known for known, _ in measured}
        if (kind, pixels) in measured or (len(measured) >= SIZES and not is_new):
            continue
        measured.add((kind, pixels))
        models, _ = cache.load(config)
        check_memory(models, config)
        device, memory = models.generator.device, picture_bytes(models, config)
        together = jobs[: at_once or pictures_in(memory, device)]
        pace = measure(models, [job.job for job in together], steps=FEW_STEPS)
        paces.remember(config, str(device), pace, memory)
