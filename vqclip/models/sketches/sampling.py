"""Sampling codes from a sketch model: temperature, top-k, and guidance without a classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vqclip.models.sketches.sketchfile import SketchModel
from vqclip.models.sketches.transformer import NO_TEXT


@dataclass(frozen=True)
class Sampling:
    """How codes are drawn.

    Attributes:
        guidance: how far the logits are pushed away from those without a text; 1: not at all
            (arXiv:2207.12598).
        temperature: of the logits; small: likely codes only; 0: the likeliest.
        top_k: most codes among which is drawn; 0: all.
        top_p: the likeliest codes that have this probability together; 1: all (arXiv:1904.09751).
    """

    guidance: float = 4.0
    temperature: float = 0.9
    top_k: int = 100
    top_p: float = 1.0


def pick(logits: Tensor, draws: Tensor, settings: Sampling) -> Tensor:
    """Return the codes (N,) that uniform numbers pick.

    Args:
        logits: (N, K), float32.
        draws: uniform in [0, 1), (N,).
        settings: temperature, top_k and top_p.
    """
    if settings.temperature == 0:
        return logits.argmax(dim=1)
    count = min(settings.top_k or logits.shape[1], logits.shape[1])
    best, codes = logits.topk(count)  # (N, k), from the likeliest on
    probabilities = (best / settings.temperature).softmax(dim=1)
    before = probabilities.cumsum(dim=1) - probabilities
    probabilities = probabilities * (before < settings.top_p)
    sums = probabilities.cumsum(dim=1)
    place = (sums <= draws[:, None] * sums[:, -1:]).sum(dim=1).clamp(max=count - 1)
    return codes.gather(1, place[:, None])[:, 0]


@torch.no_grad()
def sample(model: SketchModel, texts: Sequence[str], draws: Tensor, settings: Sampling) -> Tensor:
    """Write N sketches.

    Args:
        model: whose device computes.
        texts: of each sketch; an empty one is no text.
        draws: uniform in [0, 1), (N, cells).
        settings: how codes are drawn.

    Returns:
        codes (N, rows, columns), int64, on the CPU.
    """
    transformer, shape, count = model.transformer, model.transformer.shape, len(texts)
    device, guided = transformer.first.device, settings.guidance != 1
    tokens = model.vocabulary.read(texts, shape.text)
    if guided:
        tokens = torch.cat([tokens, torch.full_like(tokens, NO_TEXT)])
    tokens, draws = tokens.to(device), draws.to(device)

    caches = transformer.caches(len(tokens))
    transformer.extend(transformer.embed_text(tokens), caches, 0)
    places, before = transformer.places(), transformer.first.expand(len(tokens), -1)
    written: list[Tensor] = []
    for cell in range(shape.cells):
        x = (before + places[cell])[:, None]  # (N or 2N, 1, width)
        x = transformer.extend(x, caches, shape.text + cell)
        logits = transformer.logits(x)[:, 0].float()  # (N or 2N, K)
        if guided:
            free = logits[count:]
            logits = free + settings.guidance * (logits[:count] - free)
        codes = pick(logits, draws[:, cell], settings)
        written.append(codes)
        before = transformer.codes(codes.repeat(2) if guided else codes)
    return torch.stack(written, dim=1).view(count, shape.rows, shape.columns).cpu()
