"""Cutouts: square windows of an image, resampled once to the perceptor's size.

Overview cutouts see the whole image, padded to a square and never squashed; inner cutouts see a
part of it. Overviews shape the composition, inner cutouts the detail (Disco Diffusion's schedule).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from vqclip.config.values import Augmentation
from vqclip.engine.augment import (
    AXIS_ALIGNED,
    GEOMETRY,
    WITH_FIELD,
    Draws,
    apply_pixels,
    compose_geometry,
    draw,
)
from vqclip.engine.masks import overlaps, tiles, warped_overlaps
from vqclip.engine.overview import overview_box
from vqclip.engine.resample import sample_boxes, sample_warps
from vqclip.randomness import Streams


@dataclass(frozen=True)
class CutoutPlan:
    """All random numbers of one step's cutouts, drawn before any cutout is made.

    Attributes:
        boxes: (B, n, 4), left, top, right, bottom in pixels.
        draws: the numbers of each augmentation.
        places: (B, n, 2) in [-1, 1), from which the places of windows follow.
        overviews: the first cutouts, which see the whole.
        frames: (B, n, 4), the part of the image, in whole pixels, that each window is taken of:
            what lies outside of it is padding; None: the whole image.
    """

    boxes: Tensor
    draws: tuple[Draws, ...]
    places: Tensor
    overviews: int = 0
    frames: Tensor | None = None

    @property
    def count(self) -> int:
        """Cutouts per image."""
        return self.boxes.shape[1]


class SizeLaw(Protocol):
    """How the sides of inner cutouts are drawn."""

    def sides(self, streams: Streams, count: int) -> Tensor:
        """Draw (B, count) sides, as shares of the image's shorter side."""


@dataclass(frozen=True)
class PowerLaw:
    """Sides `low + (high - low)·u^power` with u uniform in [0, 1).

    Attributes:
        low: smallest side; beyond 1 a cutout shows some padding.
        high: largest side, likewise.
        power: above 1 it favours small cutouts.
    """

    low: float
    high: float
    power: float = 1.0

    def sides(self, streams: Streams, count: int) -> Tensor:
        """Draw (B, count) sides."""
        return self.low + (self.high - self.low) * streams.uniform(count) ** self.power


@dataclass(frozen=True)
class NormalLaw:
    """Sides of a normal distribution, clipped to [low, high]."""

    low: float
    high: float
    mean: float
    deviation: float

    def sides(self, streams: Streams, count: int) -> Tensor:
        """Draw (B, count) sides."""
        return (self.mean + self.deviation * streams.normal(count)).clamp(self.low, self.high)


@dataclass(frozen=True)
class Window:
    """Where cutouts may lie in images of one size.

    Attributes:
        height: of the images, in pixels.
        width: likewise.
        border: share of its side by which a cutout may reach over the edge.
        padding: what lies outside the image: `reflect`, `edge` or `gray`.
        wrap: axes, `x`, `y` or `xy`, along which images go on at their other end: there a cutout
            may lie anywhere.
    """

    height: int
    width: int
    border: float
    padding: str
    wrap: str = ""

    def place(self, sides: Tensor, place: Tensor) -> Tensor:
        """Place squares of some sides (B, n) by numbers in [-1, 1) (B, n, 2).

        Returns:
            boxes (B, n, 4) in pixels.
        """
        side = sides * min(self.height, self.width)  # (B, n)
        edges = []
        for axis, length in enumerate((self.width, self.height)):
            # The room to move in: what is left beside the cutout, and the border allowed beyond.
            room = (length - side).abs() / 2 + self.border * side
            if "xy"[axis] in self.wrap:
                room = torch.full_like(side, length / 2)
            center = length / 2 + place[..., axis] * room
            edges.append((center - side / 2, center + side / 2))
        (left, right), (top, bottom) = edges
        return torch.stack([left, top, right, bottom], dim=-1)  # (B, n, 4)

    def overviews(self, like: Tensor, streams: Streams) -> Tensor:
        """Return windows (B, n, 4), like others, that show the whole image.

        Where images wrap, every second one begins elsewhere, so that seams are seen too.
        """
        boxes = like.new_tensor(overview_box(self.width, self.height)).expand_as(like)
        if not self.wrap or not like.shape[1]:
            return boxes
        place = streams.uniform(like.shape[1], 2, low=-1, high=1)  # (B, n, 2)
        place[:, ::2] = 0
        room = like.new_tensor([self.width * ("x" in self.wrap), self.height * ("y" in self.wrap)])
        moved = place * room / 2  # (B, n, 2)
        return boxes + torch.cat([moved, moved], dim=-1)


class Cutouts:
    """Draws windows of images of one size and cuts them out.

    Args:
        window: where they may lie.
        law: draws the sides of inner cutouts.
        count: cutouts per image and step.
        overview: share of overview cutouts at a fraction of the run in [0, 1].
        augmentations: in the order they are applied.
    """

    def __init__(
        self,
        window: Window,
        law: SizeLaw,
        *,
        count: int,
        overview: Callable[[float], float],
        augmentations: Sequence[Augmentation],
    ) -> None:
        self.window, self.law = window, law
        self.count, self.overview = count, overview
        self.augmentations = tuple(augmentations)
        names = {augmentation.name for augmentation in augmentations}
        self.upright = not (names & set(GEOMETRY)) - set(AXIS_ALIGNED)

    def overviews(self, count: int) -> Cutouts:
        """Return the same cutouts but for their number, all of which are overviews."""
        return Cutouts(
            self.window,
            self.law,
            count=count,
            overview=lambda progress: 1.0,
            augmentations=self.augmentations,
        )

    def sized(self, height: int, width: int, count: int | None = None) -> Cutouts:
        """Return the same cutouts of images of another size, perhaps another number of them."""
        return Cutouts(
            replace(self.window, height=height, width=width),
            self.law,
            count=count or self.count,
            overview=self.overview,
            augmentations=self.augmentations,
        )

    def plan(self, streams: Streams, *, progress: float) -> CutoutPlan:
        """Draw the windows and augmentations of one step at `progress` in [0, 1] of the run."""
        overviews = round(self.count * min(max(self.overview(progress), 0.0), 1.0))
        draws = tuple(draw(kind, streams, count=self.count) for kind in self.augmentations)
        sides = self.law.sides(streams, self.count)  # (B, n)
        places = streams.uniform(self.count, 2, low=-1, high=1)  # (B, n, 2)
        boxes = self.window.place(sides, places)  # (B, n, 4)
        boxes[:, :overviews] = self.window.overviews(boxes[:, :overviews], streams)
        return CutoutPlan(boxes, draws, places, overviews)

    def fields(self, plan: CutoutPlan, streams: Streams, *, size: int) -> CutoutPlan:
        """Add the noise of cutouts of one size to a plan, where noise is wanted."""
        draws = [
            replace(drawn, field=streams.normal(plan.count, 3, size, size))
            if augmentation.name in WITH_FIELD
            else drawn
            for augmentation, drawn in zip(self.augmentations, plan.draws, strict=True)
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
        padding, wrap = self.window.padding, self.window.wrap
        boxes, draws = plan.boxes[:, part], [drawn.part(part) for drawn in plan.draws]
        frames = None if plan.frames is None else plan.frames[:, part]
        geometry = compose_geometry(self.augmentations, draws)
        if self.upright:
            boxes = boxes if geometry is None else _mirror(boxes, geometry[..., 0, 0])
            cutouts = sample_boxes(
                images, boxes, size=size, padding=padding, wrap=wrap, frames=frames
            )
        else:
            warps = _homographies(boxes) if geometry is None else _homographies(boxes) @ geometry
            cutouts = sample_warps(
                images, warps, size=size, padding=padding, wrap=wrap, frames=frames
            )
        return apply_pixels(cutouts, self.augmentations, draws)

    def overlaps(self, mask: Tensor, plan: CutoutPlan) -> Tensor:
        """Return the share (B, n) of every cutout of a plan that lies in a region (H, W)."""
        geometry = compose_geometry(self.augmentations, plan.draws)
        tiled, shift = tiles(mask, self.window.wrap)
        boxes = plan.boxes + plan.boxes.new_tensor(shift)
        if self.upright or geometry is None:
            return overlaps(tiled, boxes)
        return warped_overlaps(tiled, _homographies(boxes) @ geometry)


def _mirror(boxes: Tensor, sign: Tensor) -> Tensor:
    left, top, right, bottom = boxes.unbind(dim=-1)
    mirrored = sign < 0
    return torch.stack(
        [torch.where(mirrored, right, left), top, torch.where(mirrored, left, right), bottom],
        dim=-1,
    )


def _homographies(boxes: Tensor) -> Tensor:
    """Return homographies (B, n, 3, 3) from [-1, 1]² to boxes in pixels."""
    left, top, right, bottom = boxes.unbind(dim=-1)
    zero, one = torch.zeros_like(left), torch.ones_like(left)
    rows = [(right - left) / 2, zero, (left + right) / 2]
    rows += [zero, (bottom - top) / 2, (top + bottom) / 2, zero, zero, one]
    return torch.stack(rows, dim=-1).view(*left.shape, 3, 3)
