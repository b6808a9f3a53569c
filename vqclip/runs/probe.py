"""A probe: a few steps that are drawn only to measure their pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from vqclip.config.job import Job
from vqclip.engine.build import build as build_generation
from vqclip.engine.iterate import Iterate
from vqclip.models.load import Models
from vqclip.runs.pace import Clock, Pace, Stopwatch

STEPS = 3
"""Steps of each phase; the first one warms up."""


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
        models: the models that draw.
        jobs: the batch.
        steps: steps of each phase: while several starts compete, and with one.
        clock: tells the seconds.
        build: makes the optimisation.

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
