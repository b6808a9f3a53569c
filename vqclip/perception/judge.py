"""A judge: how well finished pictures show what they should, in the eyes of a perceptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.prompt import Prompt
from vqclip.engine.targets import encode_prompts
from vqclip.models.protocols import Perceptor


@dataclass(frozen=True)
class Judge:
    """Perceptors that look at whole pictures; a perceptor that did not guide is the fairer judge.

    Attributes:
        perceptors: with their weights, of which only the ratios count.
    """

    perceptors: tuple[Perceptor, ...]
    weights: tuple[float, ...]

    @torch.no_grad()
    def scores(self, images: Tensor, prompts: Sequence[Sequence[Prompt]]) -> list[float]:
        """Mean cosine of pictures (B, 3, H, W) in [0, 1] with their prompts, by weight; in [-1, 1].

        Raises:
            ImageError: the picture of an image prompt cannot be read.
        """
        total = torch.zeros(len(images), device=images.device)
        for perceptor, weight in zip(self.perceptors, self.weights, strict=True):
            targets = encode_prompts(perceptor, prompts, device=images.device)
            views = squares(images, perceptor.size)  # (V, B, 3, S, S)
            seen = perceptor.encode_image(views.flatten(0, 1))
            seen = seen.view(len(views), len(images), -1)  # (V, B, E)
            cosine = torch.einsum("vbe,bpe->bp", seen, targets.vectors) / len(views)
            share = targets.weights / targets.weights.abs().sum(dim=1, keepdim=True)  # (B, P)
            total += weight / sum(self.weights) * (cosine * share).sum(dim=1)
        return [round(float(one), 6) for one in total]


def squares(images: Tensor, size: int) -> Tensor:
    """Cover pictures (B, 3, H, W) by squares of their shorter side: (V, B, 3, size, size)."""
    height, width = images.shape[-2:]
    side = min(height, width)
    count = 1 if height == width else -(-max(height, width) // side)
    views = []
    for index in range(count):
        share = index / max(1, count - 1)
        top, left = round((height - side) * share), round((width - side) * share)
        view = images[..., top : top + side, left : left + side]
        views.append(
            F.interpolate(view, (size, size), mode="bicubic", align_corners=False, antialias=True)
        )
    return torch.stack(views).clamp(0, 1)
