"""What one step of the optimisation did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Losses:
    """The weighted losses of one image.

    Attributes:
        prompts: one per prompt, in their order.
        terms: one per regulariser, by name.
    """

    prompts: tuple[float, ...]
    terms: Mapping[str, float]

    def named(self) -> dict[str, float]:
        """Return every loss under its printed name: `prompt 1`, ..., and those of regularisers."""
        prompts = {f"prompt {k + 1}": value for k, value in enumerate(self.prompts)}
        return {**prompts, **self.terms}

    @property
    def total(self) -> float:
        """Their sum."""
        return sum([*self.prompts, *self.terms.values()])


@dataclass(frozen=True)
class Iterate:
    """What one step did.

    Attributes:
        step: number of the step, from 1.
        steps: steps of the whole run.
        losses: of each image; while several starts compete, those of its best start.
    """

    step: int
    steps: int
    losses: tuple[Losses, ...]

    @property
    def total(self) -> float:
        """The mean over images of the sum of their losses."""
        return sum(losses.total for losses in self.losses) / len(self.losses)
