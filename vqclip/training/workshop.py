"""Where the small pair is made: the folder of the run, its clock, and the parts that it starts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vqclip.config.shelves import configs_folder
from vqclip.errors import OutputError
from vqclip.files.atomic import write

CLOCK = "pair.json"
"""Where a run notes how far it has come, so that pauses do not count."""
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
