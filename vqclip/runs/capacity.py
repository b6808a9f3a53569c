"""How many pictures fit into memory at once, and whether one does."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from fractions import Fraction

import torch
from torch import Tensor

from vqclip.config.schema import Config
from vqclip.files.images import round_up
from vqclip.machine import memory
from vqclip.models.load import Models
from vqclip.runs.footprint import Footprint, check_footprint, footprint_of, latent_bytes, rows_of

MOST_CPU = 4
"""Pictures at once on a CPU, which gains nothing from more."""
MOST_GPU = 64
SHARE = 0.8
"""Share of the free memory that is used; the rest is a margin."""
OVERHEAD = 1.5
"""Peak memory / activations kept for the gradient; 1.2 was measured with the small pair."""
MEASURED = 32 * 32
"""Cells of the largest latent whose decoding is measured; larger ones are computed from smaller."""
SIDES = (8, 12, 16)
"""Sides, in cells, of the latents that larger ones are computed from."""


def picture_bytes(models: Models, config: Config) -> int:
    """Estimate the bytes one picture takes while its starts compete, from the activations it keeps.

    Args:
        models: models that draw it.
        config: configuration of the picture.
    """
    cutouts = config.cutouts
    count = min(cutouts.chunk or cutouts.count, cutouts.count)
    kept = image_bytes(models, config) + cutout_bytes(models) * count
    return round(kept * OVERHEAD) * config.start.candidates


def image_bytes(models: Models, config: Config) -> int:
    """Return the bytes that decoding one picture keeps for the gradient.

    Of a large picture, the bytes are computed from smaller ones: convolutions keep bytes in
    proportion to the cells of the latent, attention in proportion to their square.
    """
    generator = models.generator
    height, width = (round_up(side, generator.factor) for side in (config.height, config.width))
    mean = generator.units.mean  # (1, D, 1, 1)

    def measured(height: int, width: int) -> int:
        latent = mean.expand(1, *generator.latent_shape(height, width))
        return kept_bytes(generator.decode, latent)

    cells = height * width // generator.factor**2
    if cells <= MEASURED:
        return measured(height, width)
    points = {side**2: measured(*2 * (side * generator.factor,)) for side in SIDES}
    return extrapolated(points, cells)


def extrapolated(points: Mapping[int, int], place: int) -> int:
    """Return the value at a place of the polynomial through points, by Lagrange's formula."""
    total = Fraction(0)
    for own, value in points.items():
        factors = [Fraction(place - other, own - other) for other in points if other != own]
        total += value * math.prod(factors)
    return round(total)


def cutout_bytes(models: Models) -> int:
    """Return the bytes that encoding one cutout keeps for the gradient, by the largest of them."""
    mean = models.generator.units.mean
    return max(
        kept_bytes(perceptor.encode_image, mean.new_zeros(1, 3, perceptor.size, perceptor.size))
        for perceptor in models.perceptors
    )


def check_memory(models: Models, config: Config, pictures: int = 1) -> int:
    """Check, before anything is drawn, that there can be memory for at least one picture.

    Args:
        models: models that draw it.
        config: configuration of the picture.
        pictures: number to optimise together if they fit.

    Returns:
        how many of them fit, at least 1.

    Raises:
        ConfigError: one picture needs more than there is.
    """
    generator, cutouts = models.generator, config.cutouts
    device = generator.device
    # On a GPU, cutouts are encoded fewer at once when memory runs out.
    at_once = 1 if device.type == "cuda" else min(cutouts.chunk or cutouts.count, cutouts.count)
    sides = (round_up(side, generator.factor) for side in (config.height, config.width))
    dim, rows, columns = generator.latent_shape(*sides)
    footprint = Footprint(
        decoding=image_bytes(models, config),
        latent=latent_bytes(dim * rows * columns),
        cutouts=cutout_bytes(models) * at_once,
        candidates=rows_of(config),
    )
    room = reachable_bytes(device)
    check_footprint(footprint, config, room, str(device))
    return max(1, min(pictures, room // footprint.total))


def check_beforehand(config: Config, device: torch.device) -> None:
    """Check that there can be memory for a picture before its models are loaded.

    Raises:
        ConfigError: it needs more than there is.
    """
    footprint = footprint_of(config)
    if footprint is not None:
        check_footprint(footprint, config, reachable_bytes(device), str(device))


def kept_bytes(function: Callable[[Tensor], Tensor], like: Tensor) -> int:
    """Measure the bytes a function keeps for the gradient of one more row in its batch.

    Args:
        function: maps a batch to a result.
        like: one row, (1, ...).
    """
    totals = []
    for count in (1, 2):
        sizes: dict[int, int] = {}

        def note(saved: Tensor, sizes: dict[int, int] = sizes) -> Tensor:
            storage = saved.untyped_storage()
            sizes[storage.data_ptr()] = storage.nbytes()
            return saved

        batch = like.repeat(count, 1, 1, 1).requires_grad_(True)
        with torch.autograd.graph.saved_tensors_hooks(note, lambda saved: saved):
            result = function(batch)
        totals.append(sum(sizes.values()) + result.nbytes)
    return totals[1] - totals[0]


def free_bytes(device: torch.device) -> int:
    """Return the free memory of a device in bytes: of the GPU, or of this machine."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + unused
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):  # macOS does not tell
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def reachable_bytes(device: torch.device) -> int:
    """Return the bytes a program can get on a device: those of caches and of swap included."""
    return free_bytes(device) if device.type == "cuda" else memory.reachable_bytes()


def pictures_at_once(models: Models, config: Config, *, processes: int = 1) -> int:
    """Return how many pictures of a configuration to optimise together.

    Args:
        models: models that draw them, on the device whose memory counts.
        config: configuration of the pictures.
        processes: number of processes that share the memory.
    """
    device = models.generator.device
    return pictures_in(picture_bytes(models, config), device, processes=processes)


def pictures_in(size: int, device: torch.device, *, processes: int = 1) -> int:
    """Return how many pictures fit into the free memory of a device, at least 1.

    Args:
        size: bytes of one picture, see `picture_bytes`.
        device: device whose memory counts.
        processes: number of processes that share the memory.
    """
    most = MOST_GPU if device.type == "cuda" else MOST_CPU
    room = SHARE * free_bytes(device) / processes
    return max(1, min(most, int(room / size)))
