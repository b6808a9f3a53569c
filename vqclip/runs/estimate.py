"""The cost of a run in time, memory and disk, from paces that were measured before."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.schema import Config
from vqclip.runs.pacelog import PaceLog
from vqclip.series.plan import Plan, PlannedPicture

FILE_BYTES = {"png": 2.0, "webp": 1.4, "jpg": 0.6}
"""Bytes per pixel of a file, at full quality."""
PROGRAM_BYTES = 700_000_000
"""Bytes of the program and its libraries, before any model."""


@dataclass(frozen=True)
class Estimate:
    """The cost of a run.

    Attributes:
        disk: bytes of all files.
        unknown: number of pictures of unknown pace, which the other figures leave out.
        seconds: time in one process.
        memory: bytes of memory for the largest batch.
        at_once: pictures in the largest batch.
        devices: names of the devices that the paces were measured on.
    """

    disk: int
    unknown: int
    seconds: float
    memory: int
    at_once: int
    devices: tuple[str, ...]


def kinds_of(plan: Plan) -> list[list[PlannedPicture]]:
    """Group the pictures of a plan by their shared settings, ordered by their perceptors."""
    kinds: dict[str, list[PlannedPicture]] = {}
    for job in sorted(plan.jobs, key=lambda job: repr(job.config.perceptor_weights())):
        kinds.setdefault(job.batch, []).append(job)
    return list(kinds.values())


def estimate(plan: Plan, paces: PaceLog, device: str) -> Estimate:
    """Add up the cost of the pictures of a plan, as far as their paces are known.

    Args:
        plan: plan of the run.
        paces: log of the paces that were measured before.
        device: device of all jobs; `auto`: each job's own.
    """
    seconds, memory, at_once, unknown = 0.0, 0, 1, 0
    devices: dict[str, None] = {}
    for jobs in kinds_of(plan):
        config = jobs[0].config
        found = paces.find(config, device if device != "auto" else config.device)
        if found is None:
            unknown += len(jobs)
            continue
        start = config.start
        tried = start.candidate_steps if start.candidates > 1 else 0
        seconds += len(jobs) * found.pace.seconds(config.steps, tried=tried)
        together = min(found.pace.pictures, len(jobs))
        memory = max(memory, (found.memory or 0) * together)
        at_once = max(at_once, together)
        devices[found.device] = None
    return Estimate(
        disk=round(sum(_file_bytes(job.config) for job in plan.jobs)),
        unknown=unknown,
        seconds=seconds,
        memory=memory + PROGRAM_BYTES,
        at_once=at_once,
        devices=tuple(devices),
    )


def _file_bytes(config: Config) -> float:
    previews = config.steps // config.output.save_every if config.output.save_every else 0
    return config.width * config.height * FILE_BYTES[config.output.format] * (1 + previews)
