"""How many pictures fit into memory at once, and whether an error says that memory ran out."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch
from torch import Tensor

from vqclip.config.schema import Config
from vqclip.images import round_up
from vqclip.models.load import Models

MOST_CPU = 4
"""Beyond, a CPU gains nothing."""
MOST_GPU = 64
SHARE = 0.8
"""Of the free memory that is used; the rest is for what is not counted."""
OVERHEAD = 1.5
"""Peak memory / activations kept for the gradient; measured on the small pair: 1.2."""
CPU_TEXTS = ("can't allocate memory", "not enough memory", "out of memory")


def picture_bytes(models: Models, config: Config) -> int:
    """Memory one picture takes while its starts are tried, from the activations it keeps.

    Args:
        models: that draw it.
        config: of the picture.
    """
    generator, cutouts = models.generator, config.cutouts
    sides = (round_up(side, generator.factor) for side in (config.height, config.width))
    mean = generator.units.mean  # (1, D, 1, 1)
    one = _kept(generator.decode, mean.expand(1, *generator.latent_shape(*sides)))
    seen = 0
    for perceptor in models.perceptors:
        blank = mean.new_zeros(1, 3, perceptor.size, perceptor.size)
        seen = max(seen, _kept(perceptor.encode_image, blank))
    count = min(cutouts.chunk or cutouts.count, cutouts.count)
    return round((one + seen * count) * OVERHEAD) * config.start.candidates


def _kept(function: Callable[[Tensor], Tensor], like: Tensor) -> int:
    """Bytes that a function keeps for the gradient of one more image of a batch."""
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
    """Memory that is free on a device: of the GPU, or of this machine."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + unused
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):  # macOS does not say
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def pictures_at_once(models: Models, config: Config, *, processes: int = 1) -> int:
    """How many pictures of a configuration to optimise together.

    Args:
        models: that draw them, on the device whose memory counts.
        config: of the pictures.
        processes: that share its memory.
    """
    device = models.generator.device
    return pictures_in(picture_bytes(models, config), device, processes=processes)


def pictures_in(size: int, device: torch.device, *, processes: int = 1) -> int:
    """Return how many pictures of a size fit into the free memory of a device, 1 at the least.

    Args:
        size: bytes of one picture, as of `picture_bytes`.
        device: whose memory counts.
        processes: that share its memory.
    """
    most = MOST_GPU if device.type == "cuda" else MOST_CPU
    room = SHARE * free_bytes(device) / processes
    return max(1, min(most, int(room / size)))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, on a GPU or in the machine."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in CPU_TEXTS)
