"""The contest of several starts: each job has several for a while, then the best goes on."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqclip.engine.optim import Average


class Candidates:
    """Several starts of each job, of which one goes on.

    The rows of a batch are in order of the jobs: job j has the rows j·each to (j + 1)·each - 1.

    Args:
        each: starts of each job.
        steps: after which the contest ends.
    """

    def __init__(self, each: int, steps: int) -> None:
        self.each, self.steps = each, steps

    @property
    def undecided(self) -> bool:
        """Whether jobs have several starts."""
        return self.each > 1

    def best(self, score: Average) -> Tensor:
        """Return the row (jobs,) of each job's best start so far.

        Args:
            score: the average loss of every row (jobs·each,); the first start leads before there
                is one.
        """
        rows = torch.arange(len(score.total), device=score.total.device).view(-1, self.each)
        if score.empty:
            return rows[:, 0]
        return rows[:, 0] + score.value.view(-1, self.each).argmin(dim=1)

    def rows(self, images: Sequence[int]) -> list[int]:
        """Return all rows of some images."""
        return [image * self.each + start for image in images for start in range(self.each)]

    def decide(self) -> None:
        """End the contest: every job has one row from now on."""
        self.each = 1
