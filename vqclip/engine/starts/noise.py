"""Starts without a picture: noise of several kinds, encoded, and codes."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import START_NOISE
from vqclip.engine.starts.start import Canvas, Start
from vqclip.errors import ConfigError
from vqclip.randomness import Streams

OCTAVES = 5
"""Layers of fractal noise, each with twice the detail and half the amplitude of the one before."""


def smooth(canvas: Canvas) -> Start:
    """Start from the mean of the generator's latents: one color."""
    _, rows, columns = canvas.generator.latent_shape(canvas.height, canvas.width)
    mean = canvas.generator.units.mean  # (1, D, 1, 1)
    return Start(mean.repeat(len(canvas.streams), 1, rows, columns), START_NOISE, wraps=True)


def codes(canvas: Canvas) -> Start:
    """Start from random codes.

    Raises:
        ConfigError: the generator has no codebook.
    """
    codebook = canvas.generator.codebook
    if codebook is None:
        raise ConfigError("start.kind: codes needs a generator with a codebook")
    _, rows, columns = canvas.generator.latent_shape(canvas.height, canvas.width)
    index = canvas.streams.integers(len(codebook), rows, columns)  # (B, h, w)
    latent = codebook[index].permute(0, 3, 1, 2).contiguous()  # (B, D, h, w)
    return Start(latent, START_NOISE, wraps=True)


def pixels(canvas: Canvas) -> Start:
    """Start from images whose every value is uniform in [0, 1)."""
    drawn = canvas.streams.uniform(3, canvas.height, canvas.width)
    return replace(_encoded(canvas, drawn), wraps=True)


def gradient(canvas: Canvas) -> Start:
    """Start from images that pass from one random color to another, at any angle."""
    return _encoded(canvas, gradients(canvas.streams, canvas.height, canvas.width))


def fractal(canvas: Canvas) -> Start:
    """Start from fractal noise: octaves from large clouds to small spots."""
    return _encoded(canvas, clouds(canvas.streams, canvas.height, canvas.width))


def gradients(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) in [0, 1) that pass from one random color to another."""
    ends = streams.uniform(2, 3)  # (B, 2, 3)
    angle = streams.uniform(1, low=0, high=2 * torch.pi)  # (B, 1)
    y = torch.linspace(-1, 1, height, device=ends.device).view(1, -1, 1)
    x = torch.linspace(-1, 1, width, device=ends.device).view(1, 1, -1)
    along = x * angle.cos()[..., None] + y * angle.sin()[..., None]  # (B, H, W)
    share = ((along + 1) / 2).clamp(0, 1)[:, None]  # (B, 1, H, W)
    first, second = ends[:, 0, :, None, None], ends[:, 1, :, None, None]
    return first + (second - first) * share


def clouds(streams: Streams, height: int, width: int) -> Tensor:
    """Return images (B, 3, H, W) in [0, 1] of fractal noise."""
    total = torch.zeros(len(streams), 3, height, width)
    for octave in range(OCTAVES):
        cells = 2 ** (octave + 1)
        drawn = streams.normal(3, cells, cells)
        total = total.to(drawn) + 0.5**octave * F.interpolate(
            drawn, size=(height, width), mode="bicubic", align_corners=False
        )
    return (0.5 + 0.2 * total).clamp(0, 1)


def _encoded(canvas: Canvas, images: Tensor) -> Start:
    return Start(canvas.generator.encode(images), START_NOISE)
