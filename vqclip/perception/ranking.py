"""Ranking: how near pictures are to prompts in the eyes of a judge.

The judge of a series (`judge:`) and that of an evaluation (`vqclip eval --judge`) are this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.engine.targets import encode_prompts
from vqclip.errors import ImageError
from vqclip.machine.device import is_reduced
from vqclip.models.load import Models
from vqclip.perception.collection import Picture, embed
from vqclip.perception.embedder import Embedder

DECIMALS = 6
"""Of a score; further digits depend on the pictures that were encoded beside it."""


@dataclass(frozen=True)
class Judge:
    """Perceptors that see whole pictures, as overviews, and compare them with prompts.

    A perceptor that did not guide is the fairer judge.

    Attributes:
        embedders: one or more perceptors.
        weights: one positive number for each; only their ratios count.
    """

    embedders: tuple[Embedder, ...]
    weights: tuple[float, ...] = (1.0,)

    @classmethod
    def of_models(cls, models: Models, *, device: torch.device, precision: str) -> Judge:
        """Make a judge of the perceptors that guide, with their weights in the guidance."""
        amp = is_reduced(precision, device)
        embedders = [Embedder(perceptor, device=device, amp=amp) for perceptor in models.perceptors]
        return cls(tuple(embedders), models.perceptor_weights)

    def cosines(self, pictures: Sequence[Picture], texts: Sequence[str]) -> Tensor:
        """Compare N pictures with T texts; each is encoded once by each perceptor.

        Returns:
            the mean over the perceptors, by weight, of the cosines (N, T), in [-1, 1].

        Raises:
            ImageError: a picture cannot be read.
        """
        return self._mean(
            [
                _see(embedder, pictures) @ embedder.encode_texts(texts).T
                for embedder in self.embedders
            ]
        )

    def scores(
        self, pictures: Sequence[Picture], prompts: Sequence[Sequence[Prompt]]
    ) -> list[float]:
        """Compare N pictures with the prompts of each.

        Returns:
            N means, over the perceptors and the prompts by weight, of the cosines, in [-1, 1]; a
            negative weight subtracts.

        Raises:
            ImageError: a picture, or the picture of an image prompt, cannot be read.
        """
        columns = []
        for embedder in self.embedders:
            targets = encode_prompts(embedder.perceptor, prompts, device=embedder.device)
            vectors, weights = targets.vectors.cpu(), targets.weights.cpu()  # (N, P, E), (N, P)
            cosines = torch.einsum("ne,npe->np", _see(embedder, pictures), vectors)
            columns.append((cosines * weights).sum(dim=1) / weights.abs().sum(dim=1))
        return [round(float(score), DECIMALS) for score in self._mean(columns)]

    def _mean(self, parts: Sequence[Tensor]) -> Tensor:
        """Return the mean of one tensor for each perceptor, by the perceptors' weights."""
        weights = torch.tensor(self.weights)
        return torch.einsum("k,k...->...", weights / weights.sum(), torch.stack(tuple(parts)))


def _see(embedder: Embedder, pictures: Sequence[Picture]) -> Tensor:
    """Embed N pictures, all of which must be readable: (N, E)."""
    collection = embed(embedder, pictures)
    if collection.skipped:
        raise ImageError("\n".join(map(str, collection.skipped)))
    return collection.vectors
