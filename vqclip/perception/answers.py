"""What comes of asking CLIP about pictures: classifications, scores and matches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.perception.collection import Picture
from vqclip.perception.folders import Skipped


@dataclass(frozen=True)
class Classification:
    """The probability of each of L labels for each of N pictures.

    Attributes:
        pictures: N pictures in memory and paths, in the order they were given.
        labels: L texts.
        probabilities: (N, L), rows summing to 1.
        skipped: files that could not be read.
    """

    pictures: tuple[Picture, ...]
    labels: tuple[str, ...]
    probabilities: Tensor
    skipped: tuple[Skipped, ...]

    def ranked(self, row: int) -> list[tuple[str, float]]:
        """The labels of one picture with their probabilities, best first."""
        values, order = self.probabilities[row].sort(descending=True, stable=True)
        return [
            (self.labels[at], one) for at, one in zip(order.tolist(), values.tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Scores:
    """How near each of N pictures is to each of P prompts.

    Attributes:
        pictures: N pictures in memory and paths, in the order they were given.
        prompts: P prompts with their weights.
        cosines: cosine similarity (N, P) in [-1, 1].
        distances: spherical distance (N, P), 0 to about 4.9: what the guidance lowers.
        losses: the guidance's loss (N,), the sum of weighted distances; the lower the better.
        skipped: files that could not be read.
    """

    pictures: tuple[Picture, ...]
    prompts: tuple[Prompt, ...]
    cosines: Tensor
    distances: Tensor
    losses: Tensor
    skipped: tuple[Skipped, ...]

    def ranked(self) -> list[int]:
        """Rows of the pictures, best first."""
        order: list[int] = self.losses.argsort(stable=True).tolist()
        return order


@dataclass(frozen=True)
class Match:
    """One picture that was found: its weighted mean cosine similarity with the query."""

    path: Path
    score: float


@dataclass(frozen=True)
class Matches:
    """What a search found.

    Attributes:
        matches: best first.
        searched: pictures that were compared.
        encoded: how many of them the index did not know.
        gone: files that the index knew and that are no longer there.
        skipped: files that are no pictures, or could not be read.
    """

    matches: tuple[Match, ...]
    searched: int
    encoded: int
    gone: int
    skipped: tuple[Skipped, ...]
