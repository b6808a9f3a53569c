"""Cutouts: square windows of an image, resampled once to the perceptor's size.

Overview cutouts see the whole image, padded to a square and never squashed; inner cutouts see a
part of it. Overviews shape the composition, inner cutouts the detail (Disco Diffusion's schedule).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vqclip.config.values import Augmentation
from vqclip.engine.augment import (
    AXIS_ALIGNED,
    GEOMETRY,
    Draws,
    apply_pixels,
    compose_geometry,
    draw,
)
from vqclip.engine.overview import overview_box
from vqclip.engine.resample import sample_boxes, sample_warps
from vqclip.randomness import Streams


@dataclass(frozen=True)
class CutoutPlan:
    """Everything random of one step's cutouts, drawn before any is made.

    Attributes:
        boxes: (B, n, 4), left, top, right, bottom in pixels.
        draws: the numbers of each augmentation.
    """

    boxes: Tensor
    draws: tuple[Draws, ...]

    @property
    def count(self) -> int:
        """Cutouts per image."""
        return self.boxes.shape[1]


class Cutouts:
    """Draws windows of images of one size, and makes cutouts of them.

    Args:
        height: of the images, in pixels.
        width: of the images, in pixels.
        count: cutouts per image and step.
        overview: share of overview cutouts at a fraction of the run in [0, 1].
        law: `power` (min + (max - min)·u^power) or `normal` (N(mean, deviation), clipped).
        min_size: smallest side, as a share of the image's shorter side.
        max_size: largest side, likewise; beyond 1 the cutout shows some padding.
        power: exponent of the power law; above 1 favours small cutouts.
        mean: of the normal law.
        deviation: of the normal law.
        border: share of its side by which a cutout may reach over the edge.
        padding: what lies outside the image: `reflect`, `edge` or `gray`.
        augmentations: in the order they are applied.
    """

    def __init__(
        self,
        *,
        height: int,
        width: int,
        count: int,
        overview: Callable[[float], float],
        law: str,
        min_size: float,
        max_size: float,
        power: float,
        mean: float,
        deviation: float,
        border: float,
        padding: str,
        augmentations: Sequence[Augmentation],
    ) -> None:
        self.height, self.width, self.count = height, width, count
        self.overview, self.law = overview, law
        self.min_size, self.max_size, self.power = min_size, max_size, power
        self.mean, self.deviation = mean, deviation
        self.border, self.padding = border, padding
        self.augmentations = tuple(augmentations)
        names = {augmentation.name for augmentation in augmentations}
        self.upright = not (names & set(GEOMETRY)) - set(AXIS_ALIGNED)

    def plan(self, streams: Streams, *, progress: float) -> CutoutPlan:
        """Draw the windows and augmentations of one step at `progress` in [0, 1] of the run."""
        overviews = round(self.count * min(max(self.overview(progress), 0.0), 1.0))
        draws = tuple(draw(one, streams, count=self.count) for one in self.augmentations)
        boxes = self._inner_boxes(streams)  # (B, n, 4)
        boxes[:, :overviews] = boxes.new_tensor(overview_box(self.width, self.height))
        return CutoutPlan(boxes, draws)

    def fields(self, plan: CutoutPlan, streams: Streams, *, size: int) -> CutoutPlan:
        """Add the noise of cutouts of one size to a plan, where noise is wanted."""
        draws = [
            replace(drawn, field=streams.normal(plan.count, 3, size, size))
            if one.name == "noise"
            else drawn
            for one, drawn in zip(self.augmentations, plan.draws, strict=True)
        ]
        return replace(plan, draws=tuple(draws))

    def make(self, images: Tensor, plan: CutoutPlan, *, size: int, part: slice) -> Tensor:
        """Cut a part of a plan out of images.

        Args:
            images: (B, 3, H, W) in [0, 1].
            plan: from `plan` and `fields`.
            size: side of the cutouts, in pixels.
            part: which of the n cutouts of every image.

        Returns:
            cutouts (B, m, 3, size, size) about [0, 1].
        """
        boxes, draws = plan.boxes[:, part], [drawn.part(part) for drawn in plan.draws]
        geometry = compose_geometry(self.augmentations, draws)
        if self.upright:
            boxes = boxes if geometry is None else _mirror(boxes, geometry[..., 0, 0])
            cutouts = sample_boxes(images, boxes, size=size, padding=self.padding)
        else:
            warps = _window(boxes) if geometry is None else _window(boxes) @ geometry
            cutouts = sample_warps(images, warps, size=size, padding=self.padding)
        return apply_pixels(cutouts, self.augmentations, draws)

    def _inner_boxes(self, streams: Streams) -> Tensor:
        side = self._sides(streams) * min(self.height, self.width)  # (B, n)
        place = streams.uniform(self.count, 2, low=-1, high=1)  # (B, n, 2)
        edges = []
        for axis, length in enumerate((self.width, self.height)):
            # The room to move in: what is left beside the cutout, and the border allowed beyond.
            room = (length - side).abs() / 2 + self.border * side
            center = length / 2 + place[..., axis] * room
            edges.append((center - side / 2, center + side / 2))
        (left, right), (top, bottom) = edges
        return torch.stack([left, top, right, bottom], dim=-1)  # (B, n, 4)

    def _sides(self, streams: Streams) -> Tensor:
        if self.law == "normal":
            sides = self.mean + self.deviation * streams.normal(self.count)
            return sides.clamp(self.min_size, self.max_size)
        span = self.max_size - self.min_size
        return self.min_size + span * streams.uniform(self.count) ** self.power


def _mirror(boxes: Tensor, sign: Tensor) -> Tensor:
    left, top, right, bottom = boxes.unbind(dim=-1)
    mirrored = sign < 0
    return torch.stack(
        [torch.where(mirrored, right, left), top, torch.where(mirrored, left, right), bottom],
        dim=-1,
    )


def _window(boxes: Tensor) -> Tensor:
    """Homographies (B, n, 3, 3) from [-1, 1]² to boxes in pixels."""
    left, top, right, bottom = boxes.unbind(dim=-1)
    zero, one = torch.zeros_like(left), torch.ones_like(left)
    rows = [(right - left) / 2, zero, (left + right) / 2]
    rows += [zero, (bottom - top) / 2, (top + bottom) / 2, zero, zero, one]
    return torch.stack(rows, dim=-1).view(*left.shape, 3, 3)
