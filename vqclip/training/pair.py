"""Make the small pair in one go: `python -m vqclip.training.pair OUTPUT --minutes M [...]`.

Pictures are drawn all the time, in processes of their own, while the sketch model, the VQGAN of 256
pixels, the guide and the judge learn from them side by side on one device; at last the prior learns
from the guide. Every part is a command of its own that continues where it was stopped, so a part
that fails is started once more, and the same command continues a run that was interrupted.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.cli.console import say
from vqclip.errors import ConfigError, Mistakes, VqclipError
from vqclip.machine.interrupt import interruptible
from vqclip.training.commands import reported_errors, start
from vqclip.training.workshop import PARTS, Job, Part, Workshop

FIRST_SHARDS = 6
"""Shards that are awaited before anything learns."""
PATIENCE = 0.2
"""Seconds between two looks at the parts."""
ATTEMPTS = 2
"""How often a part is started before it is given up."""


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the processes that still run; each saves what it has."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    for process in running:
        process.wait()


def await_pictures(
    workshop: Workshop, drawing: subprocess.Popen[bytes], stop: threading.Event
) -> None:
    """Wait until enough pictures are drawn to begin with, or until `stop` is set.

    Raises:
        VqclipError: drawing failed.
    """

    def ready() -> bool:
        return len(list((workshop.data / "train").glob("shard-*.json"))) >= FIRST_SHARDS and any(
            (workshop.data / "held-out").glob("shard-*.json")
        )

    while not ready() and not stop.is_set():
        if drawing.poll() not in (None, 0):
            raise VqclipError(f"drawing failed:\n{workshop.tail('data')}")
        if drawing.poll() == 0 and not ready():
            return  # fewer were wanted
        time.sleep(PATIENCE)


class Making:
    """The parts in the making, and the processes that make them.

    Args:
        workshop: where they are made.
        parts: what is made, each after the part that it needs.
    """

    def __init__(self, workshop: Workshop, parts: Sequence[Part]) -> None:
        self.workshop = workshop
        self.jobs = {part.name: Job(part) for part in parts}

    def advance(self) -> bool:
        """Start what can be started and note what has ended; say whether anything is left."""
        for job in self.jobs.values():
            if job.code is None:
                self._advance(job)
        return any(job.code is None for job in self.jobs.values())

    def _advance(self, job: Job) -> None:
        if job.process is None:
            needed = self.jobs.get(job.part.needs)
            if needed is None or needed.code == 0:
                self.workshop.make(job)
            else:
                job.code = needed.code
            return
        code, name = job.process.poll(), job.part.name
        if code and job.attempts < ATTEMPTS:
            say(f"{name} failed and is started once more:\n{self.workshop.tail(name)}")
            self.workshop.make(job)
        elif code is not None:
            job.code = code
            say(f"{name} {'is finished' if code == 0 else f'failed ({code})'}:")
            say(self.workshop.tail(name))

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        """All processes that were started and not replaced."""
        return [job.process for job in self.jobs.values() if job.process is not None]

    @property
    def failed(self) -> list[str]:
        """Names of the parts that could not be made."""
        return [name for name, job in self.jobs.items() if job.code]


def by_part(settings: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    """Sort settings such as `sketch.batch=256` by part.

    Raises:
        ConfigError: a setting names no part.
    """
    sorted_: dict[str, list[str]] = {}
    mistakes = Mistakes()
    for text in settings:
        name, point, setting = text.partition(".")
        with mistakes.noted():
            if not point or name not in names:
                raise ConfigError(f"{text}: allowed is PART.KEY=VALUE with {', '.join(names)}")
            sorted_.setdefault(name, []).append(setting)
    mistakes.check()
    return sorted_


def main(
    output: Annotated[Path, typer.Argument(help="Folder of the run, new or to be continued.")],
    settings: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="PART.KEY=VALUE", help="Settings that replace those of the files."),
    ] = None,
    drawings: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder of drawings: captions and their archives."),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Minutes that all may take.")] = 10.0,
    workers: Annotated[int, typer.Option(min=1, help="Processes that draw.")] = 1,
    parts: Annotated[str, typer.Option(help="What is made, such as `sketch,vqgan`.")] = "",
    fail_fast: Annotated[
        float, typer.Option(min=0, help="End everything if a part fails in these minutes.")
    ] = 0.0,
) -> None:
    """Make the parts of the small pair."""
    with reported_errors(), interruptible() as stop:
        names = [part.name for part in PARTS]
        wanted = [name for name in parts.split(",") if name] or names
        if unknown := [name for name in wanted if name not in names]:
            raise ConfigError(f"--parts: {', '.join(unknown)} is none of {', '.join(names)}")
        overrides = by_part(settings or [], names)
        workshop = Workshop(output, drawings, minutes, workers, overrides)
        workshop.open()
        making = Making(workshop, [part for part in PARTS if part.name in wanted])
        drawing = workshop.draw()
        try:
            await_pictures(workshop, drawing, stop)
            while not stop.is_set() and making.advance():
                if making.failed and minutes - workshop.left < fail_fast:
                    break
                workshop.keep_time()
                time.sleep(PATIENCE)
        finally:
            workshop.keep_time()
            end([drawing, *making.processes])
    if stop.is_set():
        raise typer.Exit(stop.exit_code)
    if making.failed:
        raise typer.Exit(1)


if __name__ == "__main__":
    start(main)
