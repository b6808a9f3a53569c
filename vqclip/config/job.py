"""A job: one picture to make. An iterate: what one step of a batch of jobs did."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config import Config
from vqclip.prompts import Prompt


@dataclass(frozen=True)
class Job:
    """One picture to make: what it shows, the seed, and the settings it shares with its batch."""

    prompts: tuple[Prompt, ...]
    seed: int
    config: Config


@dataclass(frozen=True)
class Iterate:
    """What one step did.

    Attributes:
        step: counted from 1.
        steps: of the whole run.
        losses: one table per image, from the loss's name to its weighted value.
    """

    step: int
    steps: int
    losses: tuple[dict[str, float], ...]

    @property
    def total(self) -> float:
        """The mean over images of the sum of their losses."""
        return sum(sum(table.values()) for table in self.losses) / len(self.losses)
