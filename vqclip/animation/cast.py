"""The targets of every scene of a film, and those between two scenes: on the sphere of embeddings.

The prompts of two scenes fade in pairs, in their order. Two texts that both attract (or both
repel) move along the great circle between them, at an even angle; any others, and those without
a partner, exchange their weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.job import Job
from vqclip.engine.aims import aim
from vqclip.engine.generation import Generation
from vqclip.engine.targets import Targets, encode_prompts
from vqclip.engine.viewpoint import Viewpoint
from vqclip.models.load import Models

NEAR = 1e-4
"""Sine of the angle below which two directions count as one, or as opposite."""


def slerp(start: Tensor, end: Tensor, share: float) -> Tensor:
    """Return the unit vector at a share of the way from one unit vector (E,) to another.

    Opposite directions have no single way between them, and change at once in the middle.
    """
    cosine = (start * end).sum().clamp(-1, 1)
    angle = cosine.arccos()
    if float(angle.sin()) < NEAR:
        return start if share < 0.5 else end
    before, after = ((1 - share) * angle).sin(), (share * angle).sin()
    return F.normalize((before * start + after * end) / angle.sin(), dim=0)


def blend(before: Targets, after: Targets, share: float) -> Targets:
    """Return the targets of one picture between those of two scenes.

    Args:
        before: of one picture, (1, P, E).
        after: of one picture, (1, Q, E).
        share: of the second scene, in [0, 1].

    Returns:
        (1, R, E): pairs count once, R is at most P + Q.
    """
    vectors, weights, stops = [], [], []

    def add(vector: Tensor, weight: Tensor, stop: Tensor) -> None:
        vectors.append(vector)
        weights.append(weight)
        stops.append(stop)

    olds, news = _rows(before), _rows(after)
    for index in range(max(len(olds), len(news))):
        old = olds[index] if index < len(olds) else None
        new = news[index] if index < len(news) else None
        if old is not None and new is not None and float(old[1]) * float(new[1]) > 0:
            stop = old[2] if share < 0.5 else new[2]
            add(slerp(old[0], new[0], share), torch.lerp(old[1], new[1], share), stop)
            continue
        if old is not None:
            add(old[0], old[1] * (1 - share), old[2])
        if new is not None:
            add(new[0], new[1] * share, new[2])
    return Targets(torch.stack(vectors)[None], torch.stack(weights)[None], torch.stack(stops)[None])


def _rows(targets: Targets) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return vector, weight and stop of every prompt of one picture that has a weight."""
    return [
        (vector, weight, stop)
        for vector, weight, stop in zip(
            targets.vectors[0], targets.weights[0], targets.stops[0], strict=True
        )
        if float(weight) != 0
    ]


class Cast:
    """The targets of every scene, as every perceptor sees them.

    Args:
        models: the perceptors, with their priors.
        jobs: one of every scene.
    """

    def __init__(self, models: Models, jobs: Sequence[Job]) -> None:
        device = models.generator.device
        self.scenes: list[list[Targets]] = []
        for job in jobs:
            texts = [
                encode_prompts(perceptor, [job.prompts], device=device)
                for perceptor in models.perceptors
            ]
            self.scenes.append(aim(models, texts, [job]))

    def put_on(self, generation: Generation, before: int, scene: int, share: float) -> None:
        """Let a generation of one picture aim at a scene, or between two.

        Args:
            generation: after its starts have competed.
            before: index of the scene that fades.
            scene: index of the scene.
            share: of the scene, in [0, 1].
        """
        guidance = generation.state.guidance
        targets = [
            new if share >= 1 or before == scene else blend(old, new, share)
            for old, new in zip(self.scenes[before], self.scenes[scene], strict=True)
        ]
        guidance.guides = tuple(
            replace(guide, targets=own) for guide, own in zip(guidance.guides, targets, strict=True)
        )
        # Prompts of films have no regions: all see the whole picture, however many there are.
        guidance.viewpoints = (Viewpoint(torch.ones_like(targets[0].weights)),)
