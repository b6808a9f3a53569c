"""The answer of --dry-run: what a series would draw, and what it would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vqclip.runs.estimate import Estimate
    from vqclip.runs.work import WorkOptions
    from vqclip.series.plan import Plan


def check_devices(plan: Plan, device: str) -> None:
    """Refuse a device that this machine lacks, before anything is drawn.

    Args:
        plan: plan of the run.
        device: device of all jobs; `auto`: each job's own.

    Raises:
        ConfigError: this machine has no such device.
    """
    from vqclip.device import check_device

    for name in {device if device != "auto" else job.config.device for job in plan.jobs}:
        check_device(name)


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
    for job in plan.jobs:
        prompts = " | ".join(map(str, job.prompts))
        print(f"{job.id}  {job.name}.{job.config.output.format}  {prompts}")
    print(f"pictures: {len(plan.jobs)}, in {plan.folder}", flush=True)
    if measure:
        from vqclip.runs.modelcache import ModelCache
        from vqclip.runs.probe import measure_plan

        measure_plan(plan, ModelCache(options.device), paces, at_once=options.at_once)
    for line in cost_lines(estimate(plan, paces, options.device), len(plan.jobs)):
        print(line)


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
