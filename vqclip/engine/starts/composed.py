"""The start of a picture with regions: each region begins as a picture of its own prompts.

A sketch model knows whole pictures. So one is made for every region, as large as the region, and
all are laid over what the other prompts begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.config.region import Region
from vqclip.engine.guidance import Guidance
from vqclip.engine.masks import box_of, soft_mask
from vqclip.engine.starts.noise import smooth
from vqclip.engine.starts.start import Canvas, Start
from vqclip.files.images import round_up

OF_PROMPTS = ("auto", "sketch")
"""Kinds of starts that depend on the prompts."""
SHOWN = ("text", "image")
"""Kinds of prompts that a start can show."""


@dataclass(frozen=True)
class Composer:
    """What starts of regions are made with.

    Attributes:
        make: the start of a canvas, by the kind that was asked for.
        guidance: of the whole pictures.
        each: starts of every job, which stand side by side in the batch.
    """

    make: Callable[[Canvas], Start]
    guidance: Guidance
    each: int

    def compose(self, canvas: Canvas) -> Start:
        """Return the start of a canvas whose prompts may have regions."""
        parts = [
            self._of_job(canvas, list(range(first, first + self.each)))
            for first in range(0, len(canvas.streams), self.each)
        ]
        latent = torch.cat([part.latent for part in parts])
        return replace(parts[0], latent=latent)

    def _of_job(self, canvas: Canvas, rows: list[int]) -> Start:
        """Return the start of the rows of one job."""
        prompts, size = canvas.prompts[rows[0]], (canvas.height, canvas.width)
        regions = regions_of(prompts)
        if not regions:
            return self._made(canvas, rows, list(range(len(prompts))), size)
        others = [k for k, prompt in enumerate(prompts) if prompt.region is None]
        if any(is_wanted(prompts[k]) for k in others):
            first, images = self._part(canvas, rows, others, size)
        else:
            first = smooth(_about(canvas, rows, others, size))
            images = _decoded(canvas, first.latent)
        for region in regions:
            mask = soft_mask(region, *size).to(images)  # (H, W)
            left, top, right, bottom = box_of(mask)
            columns = [k for k, prompt in enumerate(prompts) if prompt.region == region]
            first, part = self._part(canvas, rows, columns, (bottom - top, right - left))
            whole = images.clone()
            whole[..., top:bottom, left:right] = part
            images = images + (whole - images) * mask
        return replace(first, latent=canvas.generator.encode(images))

    def _part(
        self, canvas: Canvas, rows: list[int], columns: list[int], size: tuple[int, int]
    ) -> tuple[Start, Tensor]:
        """Return the start of some prompts, and its images (rows, 3, *size)."""
        factor = canvas.generator.factor
        whole = round_up(size[0], factor), round_up(size[1], factor)
        start = self._made(canvas, rows, columns, whole)
        top, left = (whole[0] - size[0]) // 2, (whole[1] - size[1]) // 2
        images = _decoded(canvas, start.latent)[..., top : top + size[0], left : left + size[1]]
        return start, images

    def _made(
        self, canvas: Canvas, rows: list[int], columns: list[int], size: tuple[int, int]
    ) -> Start:
        """Return the start of some prompts."""
        about = _about(canvas, rows, columns, size)
        if about.sketcher is not None:
            guidance = self.guidance.about(rows, columns, *size)
            about = replace(about, sketcher=replace(about.sketcher, guidance=guidance))
        return self.make(about)


def regions_of(prompts: Sequence[Prompt]) -> list[Region]:
    """Return the regions in which something is wanted, in the order of the prompts."""
    wanted = [prompt.region for prompt in prompts if is_wanted(prompt)]
    return list(dict.fromkeys(region for region in wanted if region is not None))


def is_wanted(prompt: Prompt) -> bool:
    """Say whether a start can show a prompt."""
    return prompt.weight > 0 and prompt.kind in SHOWN


def _about(canvas: Canvas, rows: list[int], columns: list[int], size: tuple[int, int]) -> Canvas:
    """Return a canvas of another size for some rows and prompts of another."""
    sketcher = canvas.sketcher
    if sketcher is not None:
        sketcher = replace(sketcher, streams=sketcher.streams.select(rows))
    return replace(
        canvas,
        streams=canvas.streams.select(rows),
        height=size[0],
        width=size[1],
        prompts=[[canvas.prompts[row][k] for k in columns] for row in rows],
        targets=[targets.select(torch.tensor(rows)).columns(columns) for targets in canvas.targets],
        sketcher=sketcher,
    )


@torch.no_grad()
def _decoded(canvas: Canvas, z: Tensor) -> Tensor:
    return canvas.generator.decode(canvas.generator.quantize(z)).float().clamp(0, 1)
