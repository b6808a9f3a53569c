"""The answer of --dry-run: what a series would draw, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vqclip.cli.readiness import memory_line
from vqclip.errors import shorten
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.schema import Config
    from vqclip.runs.estimate import Estimate
    from vqclip.runs.work import WorkOptions
    from vqclip.series.plan import Plan


LISTED = 20
"""Pictures that are listed; a series lists all."""


def check_devices(plan: Plan, device: str) -> None:
    """Refuse a device that this machine lacks, before anything is drawn.

    Args:
        plan: plan of the run.
        device: device of all jobs; `auto`: each job's own.

    Raises:
        ConfigError: this machine has no such device.
    """
    from vqclip.machine.device import check_device

    for name in {device if device != "auto" else job.config.device for job in plan.jobs}:
        check_device(name)


def show_jobs(jobs: Sequence[Job], *, verbose: bool) -> None:
    """Print the pictures that would be drawn, what they cost, and notes on their words.

    Args:
        jobs: one or more, which share their settings.
        verbose: whether to print every setting first.
    """
    from vqclip.config.document import to_yaml
    from vqclip.runs.estimate import FILE_BYTES, PROGRAM_BYTES
    from vqclip.runs.pacelog import PaceLog

    config = jobs[0].config
    memory_of_picture = memory_line(config)
    if verbose:
        print(to_yaml(jobs[0].whole(), comments=False), end="")
    print(f"{counted(jobs)} of {config.width}x{config.height} pixels, {config.steps} steps")
    folder = user_path(config.output.folder)
    for job in jobs[:LISTED]:
        print(f"  {folder / job.file_name}  {shorten(' | '.join(map(str, job.prompts)))}")
    if len(jobs) > LISTED:
        print(f"  and {len(jobs) - LISTED} more")
    found = PaceLog.of_user().find(config, config.device)
    if found is None:
        print("time and memory: not measured on this machine yet; the first picture does it")
    else:
        tried = config.start.candidate_steps if config.start.candidates > 1 else 0
        seconds = len(jobs) * found.pace.seconds(config.steps, tried=tried)
        memory = PROGRAM_BYTES + (found.memory or 0) * min(len(jobs), found.pace.pictures)
        print(f"time: about {clock(seconds)} on {found.device}, after the models are loaded")
        print(f"memory: about {memory / 1e9:.1f} GB")
    if memory_of_picture:
        print(memory_of_picture)
    size = config.width * config.height * FILE_BYTES[config.output.format] * len(jobs)
    print(f"disk: about {size / 1e6:.1f} MB")
    for note in word_notes(config, jobs):
        print(f"note: {note}")


def counted(jobs: Sequence[Job]) -> str:
    """Return the number of pictures in words."""
    return f"{len(jobs)} picture{'s' if len(jobs) != 1 else ''}"


def word_notes(config: Config, jobs: Sequence[Job]) -> list[str]:
    """Return notes on words of the prompts that the perceptors inside the package do not know."""
    from vqclip.models.learnedwords import (
        VOCABULARY_FILE,
        rare_note,
        rare_words,
        read_vocabulary,
        unknown_note,
        unknown_words,
    )
    from vqclip.models.shipped import SHIPPED

    texts = dict.fromkeys(
        prompt.content for job in jobs for prompt in job.prompts if prompt.kind == "text"
    )
    notes: dict[str, None] = {}
    for name in config.perceptor_weights():
        path = SHIPPED.get(name, user_path(name)) / VOCABULARY_FILE
        if not path.is_file():
            continue
        vocabulary = read_vocabulary(path)
        for text in texts:
            if unknown := unknown_words(vocabulary, text):
                notes[unknown_note(unknown, text)] = None
            if rare := rare_words(vocabulary, text):
                notes[rare_note(rare, text)] = None
    return list(notes)


def show_plan(plan: Plan, options: WorkOptions, *, measure: bool) -> None:
    """Print the pictures of a run and what they cost.

    The cost is computed from paces that were measured before, so no model is loaded.

    Args:
        plan: plan of the run.
        options: how it would be carried out.
        measure: whether to draw a few steps of each kind of picture first.
    """
    from vqclip.runs.estimate import estimate
    from vqclip.runs.pacelog import PaceLog

    paces = PaceLog.of_user()
    print(f"pictures: {len(plan.jobs)}, in {plan.folder}", flush=True)
    if measure:
        from vqclip.runs.modelcache import ModelCache
        from vqclip.runs.probe import measure_plan

        measure_plan(plan, ModelCache(options.device), paces, at_once=options.at_once)
    for line in cost_lines(estimate(plan, paces, options.device), len(plan.jobs)):
        print(line)
    for job in plan.jobs:
        prompts = " | ".join(map(str, job.prompts))
        print(f"  {job.id}  {job.name}.{job.config.output.format}  {prompts}")


def cost_lines(cost: Estimate, pictures: int) -> list[str]:
    """Return lines about the cost of a run of so many pictures."""
    lines = []
    known = pictures - cost.unknown
    if known:
        where = ", ".join(cost.devices)
        part = f" for {known} of {pictures} pictures" if cost.unknown else ""
        lines += [
            f"time: about {clock(cost.seconds)}{part} on {where}, in one process",
            f"memory: about {cost.memory / 1e9:.1f} GB, {cost.at_once} pictures at once",
        ]
    if cost.unknown:
        lines.append(
            f"time and memory of {cost.unknown} pictures: not measured on this machine yet; "
            "--dry-run --measure draws a few steps of each kind to measure them"
        )
    return [*lines, f"disk: about {cost.disk / 1e6:.1f} MB"]


def clock(seconds: float) -> str:
    """Return a duration as H:MM:SS."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
