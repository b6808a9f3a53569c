"""Stories: prompts that become others during the run, on the sphere of embeddings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.moment import eased
from vqclip.config.prompt import Prompt

PARALLEL = 1e-4
"""Sine of the angle below which two vectors are too close, or too opposite, for a great circle."""


def slerp(start: Tensor, end: Tensor, share: float) -> Tensor:
    """Return the unit vector (E,) at a share of the great circle between two of them.

    Opposite vectors have no single circle; between them the way is straight, by its middle.
    """
    angle = torch.acos((start @ end).clamp(-1, 1))
    sine = torch.sin(angle)
    if sine < PARALLEL:
        return F.normalize(torch.lerp(start, end, share), dim=0)
    return (torch.sin((1 - share) * angle) * start + torch.sin(share * angle) * end) / sine


@dataclass(frozen=True)
class Story:
    """A prompt of one image that changes.

    Attributes:
        row: of the image.
        column: of the prompt.
        times: fractions of the run (S,), rising.
        vectors: unit vectors of the scenes (S, E).
        weights: of the scenes (S,).
        stops: of the scenes (S,).
        easing: how a scene becomes the next.
    """

    row: int
    column: int
    times: tuple[float, ...]
    vectors: Tensor
    weights: tuple[float, ...]
    stops: tuple[float, ...]
    easing: str

    @classmethod
    def of(cls, prompt: Prompt, vectors: Tensor, row: int, column: int) -> Story:
        """Make the story of a prompt whose moments are fractions of the run."""
        scenes = prompt.scenes
        return cls(
            row,
            column,
            tuple(float(scene.at) for scene in scenes),
            vectors,
            tuple(scene.weight for scene in scenes),
            tuple(scene.stop for scene in scenes),
            prompt.easing,
        )

    def at(self, progress: float) -> tuple[Tensor, float, float]:
        """Return the vector (E,), the weight and the stop at a fraction of the run."""
        after = next((k for k, time in enumerate(self.times) if time > progress), len(self.times))
        if after in (0, len(self.times)):
            only = max(0, after - 1)
            return self.vectors[only], self.weights[only], self.stops[only]
        before = after - 1
        span = self.times[after] - self.times[before]
        share = eased((progress - self.times[before]) / span, self.easing)
        if share == 0:
            return self.vectors[before], self.weights[before], self.stops[before]
        vector = slerp(self.vectors[before], self.vectors[after], share)
        weight = _mixed(self.weights[before], self.weights[after], share)
        return vector, weight, _mixed(self.stops[before], self.stops[after], share)

    def moved(self, row: int, column: int) -> Story:
        """Return the story of the same prompt at another place."""
        return replace(self, row=row, column=column)


def _mixed(start: float, end: float, share: float) -> float:
    """Return the number at a share of the way; a stop that never is, is one until the end."""
    if not (math.isfinite(start) and math.isfinite(end)):
        return start
    return start + (end - start) * share
