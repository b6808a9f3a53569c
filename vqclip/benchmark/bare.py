"""The bare models: forward and backward of decoder and perceptors, and nothing beside them.

No step can be faster than these without changing their precision, their code or their number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from vqclip.engine.generation import Generation


def bare_passes(generation: Generation) -> dict[str, Callable[[], Tensor]]:
    """Return the passes that a step of a generation cannot do without, by name.

    Each computes the gradient of the sum of its outputs for its input, at the generation's
    precision and on as many cutouts at once as the step uses.
    """
    generator, guidance = generation.models.generator, generation.state.guidance
    z_q = generator.quantize(generation.state.latent.z().detach())
    passes: dict[str, Callable[[], Tensor]] = {}
    passes["decoder"] = partial(differentiate, generator.decode, z_q, generation.amp)
    count = min(guidance.chunk, guidance.cutouts.count)
    for index, guide in enumerate(guidance.guides):
        size = guide.perceptor.size
        cutouts = torch.rand(len(z_q) * count, 3, size, size, device=z_q.device)
        name = f"perceptor {index + 1}"
        passes[name] = partial(differentiate, guide.perceptor.encode_image, cutouts, guidance.amp)
    return passes


def differentiate(function: Callable[[Tensor], Tensor], given: Tensor, amp: bool) -> Tensor:
    """Compute a function of a tensor and the gradient of the sum of its values."""
    given = given.detach().requires_grad_(True)
    with torch.autocast(given.device.type, torch.bfloat16, enabled=amp):
        result = function(given)
    torch.autograd.backward(result, torch.ones_like(result))
    return result
