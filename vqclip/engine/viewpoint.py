"""Viewpoints: through which windows prompts look at an image, and what of it they change.

Prompts without a region share the plain viewpoint, which sees the whole image as cutouts draw it.
A prompt with a region sees the region as a crop in place of an overview; its other cutouts count
by the share of them that lies in the region, and only the region is changed. A style sees small
cutouts alone, and an edit compares each cutout with the same one of the start picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.config.region import Region
from vqclip.engine.cutouts import CutoutPlan, Cutouts, Window
from vqclip.engine.masks import box_of, overlaps, soft_mask
from vqclip.engine.overview import central_box
from vqclip.engine.resample import resample

STYLE_SIDES = (0.2, 0.3, 0.45)
"""Sides of the cutouts of a style, in turn, as shares of the shorter side of what it sees."""
Key = tuple[Region | None, str]
"""A region, and the kind of its prompts: `plain`, `style` or `to`."""


@dataclass(frozen=True)
class Viewpoint:
    """How some of the prompts of B images look at them.

    Attributes:
        prompts: (B, P), 1 for those that look from here, otherwise 0.
        mask: of the region (H, W); None: the whole image.
        small: whether only small cutouts count.
        reference: the picture (1, 3, H, W) that cutouts are compared with; None: with nothing.
    """

    prompts: Tensor
    mask: Tensor | None = None
    small: bool = False
    reference: Tensor | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it sees cutouts as they are drawn."""
        return self.mask is None and not self.small

    def select(self, rows: Tensor) -> Viewpoint:
        """Keep some images of the batch."""
        return replace(self, prompts=self.prompts[rows])

    def resized(self, height: int, width: int) -> Viewpoint:
        """Return the same viewpoint of images of another size."""
        mask, picture = self.mask, self.reference
        return replace(
            self,
            mask=None if mask is None else resample(mask[None, None], height, width)[0, 0],
            reference=None if picture is None else resample(picture, height, width),
        )

    def columns(self, columns: Sequence[int]) -> Viewpoint:
        """Keep some prompts of every image."""
        return replace(self, prompts=self.prompts[:, list(columns)])

    def masked(self, images: Tensor) -> Tensor:
        """Return images (B, 3, H, W) whose gradient ends where the region does."""
        if self.mask is None or not images.requires_grad:
            return images
        return images * self.mask + images.detach() * (1 - self.mask)

    def seen(self, plan: CutoutPlan, window: Window) -> CutoutPlan:
        """Return the cutouts of a plan as they look from here."""
        if self.is_plain:
            return plan
        whole = (0, 0, window.width, window.height)
        box = whole if self.mask is None else box_of(self.mask)
        frame = plan.boxes.new_tensor(box)
        if self.small:
            return replace(plan, boxes=small_boxes(plan.places, frame), overviews=0)
        left, top, right, bottom = box
        side = max(right - left, bottom - top)
        crop = torch.tensor(central_box(right - left, bottom - top, side)).to(frame)
        boxes, frames = plan.boxes.clone(), frame.new_tensor(whole).expand_as(plan.boxes).clone()
        boxes[:, : plan.overviews] = crop + frame.new_tensor([left, top, left, top])
        frames[:, : plan.overviews] = frame
        return replace(plan, boxes=boxes, frames=frames)

    def shares(self, plan: CutoutPlan, cutouts: Cutouts) -> Tensor | None:
        """Return what every cutout of a plan as seen from here counts, on average at most 1.

        Returns:
            (B, n), or None where all count 1.
        """
        if self.mask is None:
            return None
        inside = cutouts.overlaps(self.mask, plan)  # (B, n)
        if plan.overviews:
            inside[:, : plan.overviews] = overlaps(self.mask, inside.new_tensor(box_of(self.mask)))
        # Cutouts that show less than one whole region together are not taken for one.
        return inside * inside.shape[1] / inside.sum(dim=1, keepdim=True).clamp_min(1.0)


def small_boxes(places: Tensor, frame: Tensor) -> Tensor:
    """Return small windows (B, n, 4) spread over a frame (4,), by places (B, n, 2) in [-1, 1)."""
    lengths = frame[2:] - frame[:2]  # (2,): width and height
    middle = (frame[2:] + frame[:2]) / 2
    shares = [STYLE_SIDES[k % len(STYLE_SIDES)] for k in range(places.shape[1])]
    side = places.new_tensor(shares)[:, None] * lengths.min()  # (n, 1)
    center = middle + places * (lengths - side) / 2  # (B, n, 2)
    return torch.cat([center - side / 2, center + side / 2], dim=-1)


def key_of(prompt: Prompt) -> Key:
    """Return what distinguishes the viewpoint of a prompt from others."""
    return prompt.region, prompt.kind if prompt.kind in ("style", "to") else "plain"


def viewpoints_of(
    batch: Sequence[Sequence[Prompt]],
    height: int,
    width: int,
    *,
    device: torch.device,
    reference: Tensor | None = None,
) -> tuple[Viewpoint, ...]:
    """Return the viewpoints of the prompts of B images, the plain one first.

    Args:
        batch: prompts of each image.
        height: of the images.
        width: likewise.
        device: of the images.
        reference: the start picture (1, 3, H, W), which edits need.

    Raises:
        ImageError: a mask cannot be used.
    """
    most = max(len(prompts) for prompts in batch)
    found: dict[Key, Tensor] = {}
    for row, prompts in enumerate(batch):
        for column, prompt in enumerate(prompts):
            own = found.setdefault(key_of(prompt), torch.zeros(len(batch), most, device=device))
            own[row, column] = 1
    masks: Mapping[Region, Tensor] = {
        region: soft_mask(region, height, width).to(device) for region, _ in found if region
    }
    ordered = sorted(found, key=lambda key: key != (None, "plain"))
    return tuple(
        Viewpoint(
            found[region, kind],
            None if region is None else masks[region],
            small=kind == "style",
            reference=reference.to(device) if reference is not None and kind == "to" else None,
        )
        for region, kind in ordered
    )
