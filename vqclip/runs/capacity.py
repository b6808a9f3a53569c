"""How many pictures fit into memory at once, and which errors mean that memory ran out."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch
from torch import Tensor

from vqclip.config.schema import Config
from vqclip.images import round_up
from vqclip.models.load import Models

MOST_CPU = 4
"""Pictures at once on a CPU, which gains nothing from more."""
MOST_GPU = 64
SHARE = 0.8
"""Share of the free memory that is used; the rest is a margin."""
OVERHEAD = 1.5
"""Peak memory / activations kept for the gradient; 1.2 was measured with the small pair."""
CPU_TEXTS = ("can't allocate memory", "not enough memory", "out of memory")


def picture_bytes(models: Models, config: Config) -> int:
    """Estimate the bytes one picture takes while its starts compete, from the activations it keeps.

    Args:
        models: models that draw it.
        config: configuration of the picture.
    """
    generator, cutouts = models.generator, config.cutouts
    sides = (round_up(side, generator.factor) for side in (config.height, config.width))
    mean = generator.units.mean  # (1, D, 1, 1)
    image = kept_bytes(generator.decode, mean.expand(1, *generator.latent_shape(*sides)))
    cutout = 0
    for perceptor in models.perceptors:
        blank = mean.new_zeros(1, 3, perceptor.size, perceptor.size)
        cutout = max(cutout, kept_bytes(perceptor.encode_image, blank))
    count = min(cutouts.chunk or cutouts.count, cutouts.count)
    return round((image + cutout * count) * OVERHEAD) * config.start.candidates


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


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error means that memory ran out, on a GPU or on the machine."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in CPU_TEXTS)
