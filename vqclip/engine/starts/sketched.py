"""The start from a sketch: codes that a transformer writes for the prompt, in the manner of DALL-E.

Several sketches are written, the perceptors rank them (as CLIP did for DALL-E, arXiv:2102.12092),
and the best goes on, or the best few where several starts compete.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import PICTURE_NOISE
from vqclip.config.prompt import Prompt
from vqclip.engine.starts.sketcher import Sketcher
from vqclip.engine.starts.start import Canvas, Start
from vqclip.errors import ConfigError
from vqclip.models.protocols import Generator
from vqclip.models.sketches.sampling import sample

OVERVIEWS = 4
"""By which a sketch is judged."""
KEEP_INIT = 1.0
"""Pull towards the sketch: what the guidance has no opinion of stays clean."""


def text_of(prompts: Sequence[Prompt]) -> str:
    """Return what a sketch shows: the texts of positive weight, the heaviest first.

    A sketch model has read captions of one sentence, so that several texts become one.
    """
    wanted = [prompt for prompt in prompts if prompt.kind == "text" and prompt.weight > 0]
    ordered = sorted(wanted, key=lambda prompt: -prompt.weight)
    return ", ".join(prompt.content.strip() for prompt in ordered)


def sketch(canvas: Canvas) -> Start:
    """Start from the best sketches of the prompts.

    Raises:
        ConfigError: there is no sketch model for the generator.
    """
    if canvas.sketcher is None:
        raise ConfigError(
            "start.kind: sketch needs a VQGAN that brings a sketch model: mini, in a copy of the "
            "package that has it; auto does without"
        )
    own = canvas.sketcher
    written = [
        _write(own, canvas.prompts[row], row) for row in range(0, len(own.streams), own.each)
    ]
    sketches = torch.stack(written, dim=1)  # (S, jobs, h, w)
    repeated = sketches.repeat_interleave(own.each, dim=1)  # (S, B, h, w)
    latents = [
        latent_of_codes(
            canvas.generator,
            codes.to(canvas.generator.device),
            height=canvas.height,
            width=canvas.width,
        )
        for codes in repeated
    ]
    order = _ranked(canvas.generator, latents, own)  # (S, jobs)
    rows = torch.arange(len(own.streams))
    chosen = order[rows % own.each, rows // own.each]  # (B,)
    best = torch.stack(latents)[chosen, rows]  # (B, D, h, w)
    return Start(best, PICTURE_NOISE, keep_init=KEEP_INIT)


def latent_of_codes(generator: Generator, codes: Tensor, *, height: int, width: int) -> Tensor:
    """Return latents (B, D, H/f, W/f) of codes (B, h, w), whose pictures are cropped to fit.

    Raises:
        ConfigError: the generator has no codebook.
    """
    if generator.codebook is None:
        raise ConfigError("start.kind: sketch needs a generator with a codebook")
    z_q = generator.codebook[codes].permute(0, 3, 1, 2).contiguous()  # (B, D, h, w)
    if z_q.shape[1:] == generator.latent_shape(height, width):
        return z_q
    images = generator.decode(z_q).clamp(0, 1)  # (B, 3, f·h, f·w)
    tall, wide = images.shape[-2:]
    scale = min(tall / height, wide / width)
    high, across = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (tall - high) // 2, (wide - across) // 2
    part = images[..., top : top + high, left : left + across]
    fitted = F.interpolate(part, size=(height, width), mode="bicubic", antialias=True)
    return generator.encode(fitted.clamp(0, 1))


def _write(own: Sketcher, prompts: Sequence[Prompt], row: int) -> Tensor:
    """Write the sketches (S, h, w) of a job; one job at a time, so that neighbours never matter."""
    count = max(own.count, own.each)
    draws = own.streams.select([row]).uniform(count, own.model.transformer.shape.cells)[0]
    return sample(own.model, [text_of(prompts)] * count, draws.cpu(), own.sampling)


def _ranked(generator: Generator, latents: Sequence[Tensor], own: Sketcher) -> Tensor:
    """Return the order (S, jobs) of the sketches of every job, the best first, on the CPU."""
    if len(latents) == 1:
        return torch.zeros(1, len(own.streams) // own.each, dtype=torch.long)
    with torch.no_grad():
        images = [generator.decode(generator.quantize(z)).float().clamp(0, 1) for z in latents]
    losses = own.guidance.overviews(OVERVIEWS).compare(images, own.streams, progress=0.0)  # (S, B)
    jobs = losses.view(len(latents), -1, own.each).mean(dim=2)  # (S, jobs)
    return jobs.argsort(dim=0, stable=True).cpu()
