"""Runs of series in tests: drawing them, stopping them, reading what became of them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

import pytest

from vqclip import cli
from vqclip.runs.folder import RunFolder
from vqclip.runs.studio import Event, Studio
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan

MATRIX = "matrix:\n  subjects: [a fox, a hen]\n  styles: [none, oil]\n  seeds: 0-1\n"


def never() -> bool:
    return False


def draw(plan: Plan, stop: Callable[[], bool] = never, **options) -> tuple[RunFolder, list[Event]]:
    run = RunFolder.open(plan)
    studio = options.pop("studio", None) or Studio("cpu", plan.judge)
    return run, list(Worker(run, studio, stop, **options).work())


def stop_after(steps: int) -> Callable[[], bool]:
    """Stop at the n-th question."""
    left = [steps]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def pictures(run: RunFolder) -> dict[str, bytes]:
    return {job.id: run.path(job).read_bytes() for job in run.plan.jobs}


def states(run: RunFolder) -> list[str]:
    entries = run.manifest.read()
    return [entries[job.id].state if job.id in entries else "" for job in run.plan.jobs]


def invoke(words: list[str], code: int = 0) -> None:
    """Run the command line in this process."""
    before, handler = sys.argv, signal.getsignal(signal.SIGINT)
    sys.argv = ["vqclip", *words]
    try:
        with pytest.raises(SystemExit) as done:
            cli.main()
    finally:
        sys.argv = before
        signal.signal(signal.SIGINT, handler)
    assert (done.value.code or 0) == code
