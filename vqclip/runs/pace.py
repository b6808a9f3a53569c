"""The pace of a batch: the seconds before its first step and of its steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

Clock = Callable[[], float]
"""Returns seconds since any origin; never decreases."""


@dataclass(frozen=True)
class Pace:
    """The seconds a batch of pictures takes.

    Attributes:
        pictures: number of pictures in the batch.
        start: seconds before the first step.
        trying: seconds per step while several starts compete.
        step: seconds per step after that.
    """

    pictures: int
    start: float
    trying: float
    step: float

    def seconds(self, steps: int, *, tried: int) -> float:
        """Return the seconds one picture takes.

        Args:
            steps: number of its steps.
            tried: number of first steps in which several starts compete.
        """
        early = min(steps, tried)
        total = self.start + early * self.trying + (steps - early) * self.step
        return total / self.pictures

    def steps(self, budget: float, *, tried: int) -> int:
        """Return the most steps one picture can make in `budget` seconds, perhaps 0."""
        left = budget * self.pictures - self.start
        if left <= tried * self.trying:
            return max(0, int(left / self.trying + 1e-9))
        return tried + int((left - tried * self.trying) / self.step + 1e-9)

    def fastest(self, other: Pace) -> Pace:
        """Return the smaller of each of the times: what the machine can do undisturbed."""
        return Pace(
            self.pictures,
            min(self.start, other.start),
            min(self.trying, other.trying),
            min(self.step, other.step),
        )


@dataclass
class Stopwatch:
    """Times a batch from before it is built to its last step.

    Attributes:
        tried: number of first steps in which several starts compete; 0 for a single start.
        clock: returns the seconds.
    """

    tried: int
    clock: Clock = time.perf_counter
    _start: float = field(default=0.0, init=False)
    _trying: list[float] = field(default_factory=list, init=False)
    _steps: list[float] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def started(self) -> None:
        """Mark the beginning of the first step."""
        self._start = self._lap()

    def stepped(self, step: int) -> None:
        """Mark the end of a step, counted from 1."""
        (self._trying if step <= self.tried else self._steps).append(self._lap())

    def pace(self, pictures: int) -> Pace | None:
        """Return the pace so far: for each phase, the median of its steps.

        The first step of a phase warms up, and counts only if there is no other.

        Args:
            pictures: number of pictures in the batch.

        Returns:
            The pace, or None before the first step. A phase without steps takes the time of the
            other phase.
        """
        trying, steps = (laps[1:] or laps for laps in (self._trying, self._steps))
        if not (trying or steps):
            return None
        return Pace(pictures, self._start, median(trying or steps), median(steps or trying))

    def _lap(self) -> float:
        before, self._last = self._last, self.clock()
        return self._last - before
