"""Where a picture starts: codes, noise of several kinds, or a picture; encoded to a latent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import PICTURE_NOISE, START_NOISE
from vqclip.config.prompt import Prompt
from vqclip.engine.starts.nearest import Bank
from vqclip.errors import ConfigError
from vqclip.images import fit, load_image, to_tensor
from vqclip.models.load import Models
from vqclip.models.protocols import VQGAN
from vqclip.randomness import Streams

OCTAVES = 5
"""Layers of fractal noise, each with twice the detail and half the amplitude of the one before."""


def pixels(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) whose every value is uniform in [0, 1)."""
    return streams.uniform(3, height, width)


def gradient(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) that pass from one random color to another, at any angle."""
    ends = streams.uniform(2, 3)  # (B, 2, 3)
    angle = streams.uniform(1, low=0, high=2 * torch.pi)  # (B, 1)
    y = torch.linspace(-1, 1, height, device=ends.device).view(1, -1, 1)
    x = torch.linspace(-1, 1, width, device=ends.device).view(1, 1, -1)
    along = x * angle.cos()[..., None] + y * angle.sin()[..., None]  # (B, H, W)
    share = ((along + 1) / 2).clamp(0, 1)[:, None]  # (B, 1, H, W)
    first, second = ends[:, 0, :, None, None], ends[:, 1, :, None, None]
    return first + (second - first) * share


def fractal(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) of fractal noise: octaves from large clouds to small spots."""
    total = torch.zeros(len(streams), 3, height, width)
    for octave in range(OCTAVES):
        cells = 2 ** (octave + 1)
        drawn = streams.normal(3, cells, cells)
        total = total.to(drawn) + 0.5**octave * F.interpolate(
            drawn, size=(height, width), mode="bicubic", align_corners=False
        )
    return (0.5 + 0.2 * total).clamp(0, 1)


NOISES: dict[str, Callable[[Streams, int, int], Tensor]] = {
    "pixels": pixels,
    "gradient": gradient,
    "fractal": fractal,
}
RECOLOR = 12
"""Steps that recolor a picture of the bank; a picture of the user keeps its colors."""
KEEP_INIT = 1.0
"""Pull towards a picture of the bank: what the guidance has no opinion of stays clean."""


def nearest_codes(
    bank: Bank,
    prompts: Sequence[Sequence[Prompt]],
    directions: Tensor,
    streams: Streams,
    *,
    pool: int,
) -> Tensor:
    """Draw, for each of B images, a picture of a bank near its prompts; return codes (B, h, w).

    Args:
        bank: of pictures.
        prompts: of each image.
        directions: where the prompts of each image point together (B, E).
        streams: of the B images; of the `pool` nearest, the nearest are drawn most often.
        pool: pictures that may be drawn.
    """
    drawn = streams.uniform(1)[:, 0].square()  # (B,)
    ranked: dict[tuple[Prompt, ...], Tensor] = {}
    rows = []
    for own, direction, share in zip(prompts, directions, drawn.tolist(), strict=True):
        key = tuple(own)
        if key not in ranked:
            texts = {one.content: one.weight for one in own if one.kind == "text"}
            # One direction at a time: a choice must not depend, even by rounding, on neighbours.
            ranked[key] = bank.nearest(texts, direction, pool)
        rows.append(ranked[key][int(share * len(ranked[key]))])
    return bank.codes[torch.stack(rows)]


@torch.no_grad()
def latent_of_codes(vqgan: VQGAN, codes: Tensor, *, height: int, width: int) -> Tensor:
    """Return latents (B, D, H/f, W/f) of codes (B, h, w), whose pictures are cropped to fit."""
    z_q = vqgan.codebook[codes].permute(0, 3, 1, 2).contiguous()  # (B, D, h, w)
    rows, columns = height // vqgan.factor, width // vqgan.factor
    if z_q.shape[-2:] == (rows, columns):
        return z_q
    images = vqgan.decode(z_q).clamp(0, 1)  # (B, 3, f·h, f·w)
    tall, wide = images.shape[-2:]
    scale = min(tall / height, wide / width)
    high, across = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (tall - high) // 2, (wide - across) // 2
    part = images[..., top : top + high, left : left + across]
    fitted = F.interpolate(part, size=(height, width), mode="bicubic", antialias=True)
    return vqgan.encode(fitted.clamp(0, 1))


@torch.no_grad()
def start_latent(vqgan: VQGAN, streams: Streams, *, kind: str, height: int, width: int) -> Tensor:
    """Return the latents (B, D, H/f, W/f) that B pictures start from when there is no picture.

    Args:
        vqgan: encodes noise and owns the codebook.
        streams: of the B images.
        kind: `smooth` (the codebook's mean), `codes` (random codes), `pixels`, `gradient` or
            `fractal`.
        height: of the pictures, in pixels, a multiple of the factor.
        width: likewise.
    """
    codebook = vqgan.codebook
    rows, columns = height // vqgan.factor, width // vqgan.factor
    if kind == "smooth":
        return codebook.mean(dim=0).view(1, -1, 1, 1).repeat(len(streams), 1, rows, columns)
    if kind == "codes":
        index = streams.integers(len(codebook), rows, columns)  # (B, h, w)
        return codebook[index].permute(0, 3, 1, 2).contiguous()  # (B, D, h, w)
    return vqgan.encode(NOISES[kind](streams, height, width))


@dataclass(frozen=True)
class Base:
    """Where latents start, and what suits such a start unless something else is asked for.

    Attributes:
        latent: (B, D, H/f, W/f).
        noise: strength of the noise to add, in standard deviations of the codebook.
        recolor: steps that fit the colors to the prompts.
        keep_init: weight of the pull towards it.
    """

    latent: Tensor
    noise: float
    recolor: int = 0
    keep_init: float = 0.0


@torch.no_grad()
def start_base(
    models: Models,
    streams: Streams,
    prompts: Sequence[Sequence[Prompt]],
    directions: Tensor,
    *,
    image: str | None,
    kind: str,
    pool: int,
    height: int,
    width: int,
) -> Base:
    """Return where B latents start.

    Args:
        models: the VQGAN, and the bank if there is one.
        streams: of the B images.
        prompts: of each image.
        directions: where they point together (B, E), for the bank's perceptor.
        image: path of a picture, the start of all.
        kind: one of `START_KINDS`, for a start without `image`.
        pool: pictures of the bank that may be drawn.
        height: of the pictures, in pixels, a multiple of the factor.
        width: likewise.

    Raises:
        ConfigError: `nearest` is asked for, and there is no bank.
        ImageError: the image cannot be read.
    """
    vqgan, bank = models.vqgan, models.bank
    if image is not None:
        pixels = to_tensor(fit(load_image(Path(image)), width, height))
        z = vqgan.encode(pixels.to(vqgan.codebook.device))
        return Base(z.expand(len(streams), -1, -1, -1).clone(), PICTURE_NOISE)
    if kind == "nearest" and bank is None:
        raise ConfigError(
            "start.kind: nearest needs a VQGAN that brings pictures to start from, and the "
            "perceptor they were embedded by: mini and mini; auto does without"
        )
    if bank is not None and kind in ("auto", "nearest"):
        codes = nearest_codes(bank, prompts, directions, streams, pool=pool)
        z = latent_of_codes(vqgan, codes, height=height, width=width)
        return Base(z, PICTURE_NOISE, RECOLOR, KEEP_INIT)
    kind = "smooth" if kind == "auto" else kind
    z = start_latent(vqgan, streams, kind=kind, height=height, width=width)
    return Base(z, START_NOISE)
