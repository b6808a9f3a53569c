"""A sheet of sketches: what the averaged weights write for a list of prompts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from vqclip.files.atomic import atomic
from vqclip.files.images import to_pil
from vqclip.models.sketches.sampling import Sampling, sample
from vqclip.models.sketches.sketchfile import SketchModel
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.views.tiles import contact_sheet

CHUNK = 128
"""Sketches written or decoded at once."""
COLUMNS = 8


@torch.no_grad()
def decoded(vqgan: TamingVQGAN, codes: Tensor) -> Tensor:
    """Decode codes (N, h, w) to images (N, 3, H, W) in [0, 1], on the CPU."""
    parts = []
    for part in torch.split(codes, CHUNK):
        z_q = vqgan.codebook[part.to(vqgan.device)].permute(0, 3, 1, 2).contiguous()
        parts.append(vqgan.decode(z_q).float().clamp(0, 1).cpu())
    return torch.cat(parts)


def sketch_sheet(
    path: Path, model: SketchModel, vqgan: TamingVQGAN, prompts: Sequence[str], settings: Sampling
) -> None:
    """Write a sheet with two sketches of every prompt, side by side.

    Raises:
        OutputError: it cannot be written.
    """
    shape = model.transformer.shape
    doubled = [prompt for prompt in prompts for _ in range(2)]
    draws = torch.rand(len(doubled), shape.cells, generator=stream(0, "sheet"))
    parts = [
        sample(model, doubled[start : start + CHUNK], part, settings)
        for start, part in zip(
            range(0, len(doubled), CHUNK), torch.split(draws, CHUNK), strict=True
        )
    ]
    images = [to_pil(image) for image in decoded(vqgan, torch.cat(parts))]
    with atomic(path) as temporary:
        contact_sheet(images, doubled, columns=COLUMNS).save(temporary, format="PNG")
