"""How long drawing takes, from the time of its parts at a small size; nothing large is computed."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor

from vqclip.config.schema import Config
from vqclip.files.images import round_up
from vqclip.models.load import Models
from vqclip.runs.pace import Clock

SIDE = 8
"""Side, in cells, of the latent whose decoding is timed; large ones take more in proportion."""
LONG = 3600
"""Seconds above which a recipe is drawn only if the user says so."""


def seconds_of(
    models: Models, config: Config, *, done: int = 0, clock: Clock = time.perf_counter
) -> float:
    """Return about how many seconds one picture takes, rather too few than too many.

    Args:
        models: models that draw it.
        config: configuration of the picture.
        done: number of steps that were made before.
        clock: returns the seconds.
    """
    generator, start = models.generator, config.start
    small = SIDE * generator.factor
    sides = (round_up(side, generator.factor) for side in (config.height, config.width))
    latent = generator.units.mean.expand(1, *generator.latent_shape(small, small)).clone()
    height, width = sides
    decoding = _timed(generator.decode, latent, clock) * (height * width / small**2)
    encoding = 0.0
    for perceptor in models.perceptors:
        blank = latent.new_zeros(1, 3, perceptor.size, perceptor.size)
        encoding += _timed(perceptor.encode_image, blank, clock)
    tried = start.candidate_steps if start.candidates > 1 else 0
    early = max(0, min(config.steps, tried) - done)
    late = max(0, config.steps - done) - early
    rows = early * start.candidates + late
    previews = config.steps // config.output.save_every if config.output.save_every else 0
    step = decoding + config.cutouts.count * encoding
    return rows * step + (previews / 3) * decoding


def _timed(function: Callable[[Tensor], Tensor], like: Tensor, clock: Clock) -> float:
    """Return the seconds of a function and its gradient, the quicker of two."""
    times = []
    for _ in range(2):
        begun = clock()
        batch = like.clone().requires_grad_(True)
        torch.autograd.grad(function(batch).sum(), batch)
        if like.device.type == "cuda":
            torch.cuda.synchronize(like.device)
        times.append(clock() - begun)
    return min(times)
