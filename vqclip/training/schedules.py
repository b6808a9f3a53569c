"""How far a training has come, and what changes on the way: learning rate, decay of averages."""

from __future__ import annotations

import math
import time


def cosine_factor(step: int, share: float, *, warmup: int, final: float) -> float:
    """Return the factor of the learning rate at a step, counted from 0.

    Args:
        step: of the training.
        share: of the training that is done, from 0 to 1: `Progress.share`.
        warmup: steps of linear growth.
        final: factor at the end, to which the cosine falls.
    """
    growth = min(1.0, (step + 1) / (warmup + 1))
    return growth * (final + (1 - final) * (1 + math.cos(math.pi * share)) / 2)


def warm_decay(decay: float, updates: int) -> float:
    """Return the decay of a moving average of weights after a number of updates.

    It grows from 0.1 towards `decay`, as in TensorFlow's ExponentialMovingAverage: otherwise the
    first weights, which are random, would stay in the average for about 1 / (1 - decay) updates.
    """
    return min(decay, (1 + updates) / (10 + updates))


class Progress:
    """The share of a training that is done.

    Counted in steps, a run of N steps equals one that was stopped and continued. Counted in minutes
    it does not, but it ends in time on a borrowed machine of unknown speed: its learning rate falls
    as the time passes.

    Args:
        steps: of the whole training; the most there may be if `minutes` are given.
        minutes: that the training may take in all; 0: as many as it needs.
        spent: seconds that were spent before it was continued.
    """

    def __init__(self, steps: int, minutes: float = 0.0, spent: float = 0.0) -> None:
        self.steps, self.minutes = steps, minutes
        self._begin = time.monotonic() - spent

    @property
    def spent(self) -> float:
        """Seconds spent since the training began, without pauses."""
        return time.monotonic() - self._begin

    def share(self, step: int) -> float:
        """Return the share that is done at a step, counted from 0; the last step's is 1."""
        counted = step / max(1, self.steps - 1)
        passed = self.spent / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(counted, passed))

    def finished(self, step: int) -> bool:
        """Say whether nothing is left to do after `step` steps."""
        return step >= self.steps or (self.minutes > 0 and self.spent >= 60 * self.minutes)
