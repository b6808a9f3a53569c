"""Make the small pair in one go: `python -m vqclip.training.pair OUTPUT --minutes M [...]`.

Pictures are drawn all the time, in processes of their own, while the sketch model, the VQGAN of 256
pixels, the guide and the judge learn from them side by side on one device; at last the prior learns
from the guide. Every part is a command of its own that continues where it was stopped, so a part
that fails is started once more, and the same command continues a run that was interrupted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.cli.console import say
from vqclip.config.layers import configs_folder
from vqclip.errors import ConfigError, Mistakes, OutputError, VqclipError
from vqclip.files import write
from vqclip.interrupt import interruptible
from vqclip.training.commands import reported_errors, start

FIRST_SHARDS = 6
"""Shards that are awaited before anything learns."""
PATIENCE = 0.2
"""Seconds between two looks at the parts."""
CLOCK = "pair.json"
"""Where a run notes how far it has come, so that pauses do not count."""
ATTEMPTS = 2
"""How often a part is started before it is given up."""
PRIOR = 0.12
"""Share of the time that is kept for the prior, which needs the finished guide."""


@dataclass(frozen=True)
class Part:
    """A part of the pair, and how it is made.

    Attributes:
        name: also of its folder and of its log.
        module: of `vqclip.training`.
        config: name of its settings in `configs/training`.
        needs: the part that it begins after; empty: it begins at once.
    """

    name: str
    module: str
    config: str
    needs: str = ""


PARTS = (
    Part("sketch", "sketch", "sketch"),
    Part("vqgan", "vqgan", "vqgan256"),
    Part("guide", "clip", "guide-gpu"),
    Part("judge", "clip", "judge-gpu"),
    Part("prior", "prior", "prior", needs="guide"),
)


@dataclass
class Job:
    """A part in the making.

    Attributes:
        part: what is made.
        process: that makes it; none before it was started.
        attempts: how often it was started.
        code: exit code, or none while it is not finished.
    """

    part: Part
    process: subprocess.Popen[bytes] | None = None
    attempts: int = 0
    code: int | None = None


@dataclass
class Workshop:
    """Where the pair is made.

    Attributes:
        output: folder of the run.
        drawings: folder of captioned drawings, or none.
        minutes: that everything may take.
        workers: processes that draw.
        overrides: settings of a part, by its name: lists of `key=value`.
        begin: when it began, without pauses, on the clock of `time.monotonic`.
        ends: minutes that each part may take from its own beginning, by its name.
    """

    output: Path
    drawings: Path | None
    minutes: float
    workers: int
    overrides: dict[str, list[str]] = field(default_factory=dict)
    begin: float = field(default_factory=time.monotonic)
    ends: dict[str, float] = field(default_factory=dict)

    def open(self) -> None:
        """Make the folder, or continue the clock of the run in it.

        Raises:
            OutputError: the folder cannot be written to, or its clock is damaged.
        """
        self.output.mkdir(parents=True, exist_ok=True)
        clock = self.output / CLOCK
        if not clock.exists():
            return
        try:
            content = json.loads(clock.read_text("utf-8"))
            self.begin = time.monotonic() - float(content["spent"])
            more = self.minutes - float(content["minutes"])
            self.ends = {str(name): float(end) + more for name, end in content["ends"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutputError(f"{clock} is damaged: remove it, or choose another folder") from error

    def keep_time(self) -> None:
        """Write down how far the run has come."""
        spent = time.monotonic() - self.begin
        content = {"minutes": self.minutes, "spent": spent, "ends": self.ends}
        write(self.output / CLOCK, json.dumps(content).encode())

    @property
    def data(self) -> Path:
        """Folder of the pictures."""
        return self.output / "data"

    @property
    def left(self) -> float:
        """Minutes that are left."""
        return self.minutes - (time.monotonic() - self.begin) / 60

    def start(self, name: str, module: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a command of `vqclip.training`; what it prints goes to its log."""
        log = (self.output / f"{name}.log").open("ab")
        words = [sys.executable, "-u", "-m", f"vqclip.training.{module}", *arguments]
        with log:
            return subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)

    def draw(self) -> subprocess.Popen[bytes]:
        """Start to draw pictures."""
        arguments = [str(self.data), "--workers", str(self.workers), "--config", config("data")]
        if self.drawings is not None:
            arguments += ["--drawings", str(self.drawings)]
        minutes = max(0.01, self.left - PRIOR * self.minutes)
        return self.start("data", "data", [*arguments, "--minutes", f"{minutes:.3f}"])

    def make(self, job: Job) -> None:
        """Start a part, or start it once more: then it continues from its checkpoint."""
        part = job.part
        if part.name not in self.ends:
            kept = 0.0 if part.needs else PRIOR * self.minutes
            self.ends[part.name] = max(0.01, self.left - kept)
        settings = [f"minutes={self.ends[part.name]:.3f}", *self.overrides.get(part.name, ())]
        if part.needs:
            settings.append(f"perceptor={self.output / part.needs / 'clip'}")
        places = [str(self.data), str(self.output / part.name)]
        arguments = [*places, *settings, "--config", config(part.config)]
        job.process = self.start(part.name, part.module, arguments)
        job.attempts += 1

    def tail(self, name: str, lines: int = 15) -> str:
        """Return the last lines that a part printed."""
        text = (self.output / f"{name}.log").read_text("utf-8", errors="replace")
        return "\n".join(text.replace("\r", "\n").splitlines()[-lines:])


def config(name: str) -> str:
    """Return the path of the settings of a part."""
    return str(configs_folder() / "training" / f"{name}.yaml")


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
