"""Timing on any device: laps between marks, their spread, and peak memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import torch
from torch import nn

GROUP = 4
"""Steps between two looks at the clock: between them the host may run ahead of a GPU."""
MOST = 40
"""Steps after which a median is good enough."""


@dataclass(frozen=True)
class Effort:
    """How long each work is timed.

    Attributes:
        warmup: steps before the first that counts.
        least: steps that are timed in any case.
        seconds: after which no further steps are timed.
    """

    warmup: int = 3
    least: int = 4
    seconds: float = 1.0


QUICK = Effort(warmup=1, least=2, seconds=0.5)


@dataclass(frozen=True)
class Spread:
    """Times of one thing in milliseconds: the median, and the quarter points around it."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, times: list[float]) -> Spread:
        """Summarise one or more times."""
        ordered = sorted(times)
        last = len(ordered) - 1
        low, high = ordered[round(last / 4)], ordered[round(last * 3 / 4)]
        return cls(median(ordered), low, high, len(ordered))

    def to_dict(self) -> dict[str, float]:
        """Return the fields, to three digits after the point."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


class Marks:
    """Named laps of a step; on a GPU the marks are events, so that nothing waits for them."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.names: list[str] = []
        self.times: list[float] = []
        self.events: list[torch.cuda.Event] = []

    def start(self) -> None:
        """Begin a step."""
        self.names, self.times, self.events = [], [], []
        self.mark("")

    def mark(self, name: str) -> None:
        """End a lap."""
        self.names.append(name)
        if self.device.type == "cuda":
            event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
            event.record(torch.cuda.current_stream(self.device))
            self.events.append(event)
        else:
            synchronize(self.device)
            self.times.append(seconds(self.device) * 1000)

    def laps(self) -> dict[str, float]:
        """Return the milliseconds of the step by lap; laps of one name are added."""
        synchronize(self.device)
        laps = dict.fromkeys(self.names[1:], 0.0)
        for index, name in enumerate(self.names[1:]):
            if self.events:
                laps[name] += self.events[index].elapsed_time(self.events[index + 1])
            else:
                laps[name] += self.times[index + 1] - self.times[index]
        return laps


def seconds(device: torch.device) -> float:
    """Return the clock of a device that has computed everything.

    With one thread on a CPU it is the time of the processor, which other programs disturb less.
    """
    alone = device.type == "cpu" and torch.get_num_threads() == 1
    return time.process_time() if alone else time.perf_counter()


def synchronize(device: torch.device) -> None:
    """Wait until a device has computed everything."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def time_steps(step: Callable[[], object], device: torch.device, effort: Effort) -> Spread:
    """Time a step that is repeated, after some that warm up.

    On a GPU several steps are queued before the clock is read, as in a loop that waits for nothing.
    """
    group = GROUP if device.type == "cuda" else 1
    for _ in range(effort.warmup):
        step()
    synchronize(device)
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < effort.least or (
        time.perf_counter() - begun < effort.seconds and len(times) < MOST
    ):
        marks = Marks(device)
        marks.start()
        for index in range(group):
            step()
            marks.mark(str(index))
        times += marks.laps().values()
    return Spread.of(times)


def time_laps(
    step: Callable[[Marks], object], device: torch.device, effort: Effort
) -> dict[str, Spread]:
    """Time the laps that a step marks, each by itself."""
    times: dict[str, list[float]] = {}
    begun = time.perf_counter()
    for count in range(effort.warmup + MOST):
        marks = Marks(device)
        marks.start()
        step(marks)
        for name, lap in marks.laps().items():
            times.setdefault(name, []).append(lap)
        timed = count + 1 - effort.warmup
        if timed >= effort.least and time.perf_counter() - begun > effort.seconds:
            break
    return {name: Spread.of(laps[effort.warmup :]) for name, laps in times.items()}


def reset_peak(device: torch.device) -> None:
    """Begin to measure peak memory."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    else:
        with suppress(OSError):  # only Linux can
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes(device: torch.device) -> int | None:
    """Return the peak memory since the last reset: of a GPU, or of this process on Linux."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


def allocated_bytes(device: torch.device) -> int:
    """Return the memory of a GPU in use, 0 elsewhere."""
    return int(torch.cuda.memory_allocated(device)) if device.type == "cuda" else 0


def bytes_of(*models: object) -> int:
    """Return the bytes of the weights of models."""
    modules = [model for model in models if isinstance(model, nn.Module)]
    tensors = {tensor for module in modules for tensor in (*module.parameters(), *module.buffers())}
    return sum(tensor.nbytes for tensor in tensors)
