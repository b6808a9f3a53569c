"""A whole default picture of the small pair, from the command to its file."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from vqclip.benchmark.measurement import FAILED, Measurement
from vqclip.benchmark.workload import WHOLE
from vqclip.errors import OutputError

PROMPT = "a red house at dusk"
TIMES = 3


def time_run(device: str, times: int = TIMES) -> Measurement:
    """Draw the same picture some times, each in a process of its own.

    A command that fails is noted.
    """
    words = ["generate", PROMPT, "--device", device, "--quiet"]
    measurement = Measurement(WHOLE, work={"command": f'vqclip generate "{PROMPT}"'})
    try:
        laps = [_lap(words) for _ in range(times)]
        _, first = _lap([*words, "--steps", "1"])
    except OutputError as error:
        measurement.state, measurement.notes = FAILED, [str(error)]
        return measurement
    walls, processors = zip(*laps, strict=True)
    measurement.step = {
        "median": round(median(walls) * 1000, 1),
        "low": round(min(walls) * 1000, 1),
        "high": round(max(walls) * 1000, 1),
        "count": times,
        "cpu_seconds": round(median(processors), 2),
        "cpu_seconds_of_one_step": round(first, 2),
        "pictures_per_hour": round(3600 / median(walls), 1),
    }
    return measurement


def _lap(words: Sequence[str]) -> tuple[float, float]:
    """Run a command in an empty folder; return its seconds, and those of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        before, begun = _processor(), time.perf_counter()
        command = [sys.executable, "-m", "vqclip", *words, "--output", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - begun
    if done.returncode:
        raise OutputError(f"{' '.join(command)}: {done.stderr.strip()[-400:]}")
    return wall, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
