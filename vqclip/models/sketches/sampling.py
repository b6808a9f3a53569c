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
        guidance: how far the logits are pushed from those without a text; 1: not at all, so that
            none of those are computed (arXiv:2207.12598).
        temperature: of the logits; small: likely codes only; 0: the likeliest.
        top_k: most codes among which is drawn; 0: all.
        top_p: the likeliest codes that have this probability together; 1: all (arXiv:1904.09751).
    """

    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 100
    top_p: float = 1.0


def pick(logits: Tensor, draws: Tensor, settings: Sampling) -> Tensor:
    """Return the codes (B,) that uniform numbers pick.

    Args:
        logits: (B, K), float32.
        draws: uniform in [0, 1), (B,).
        settings: temperature, top_k and top_p.
    """
    if settings.temperature == 0:
        return logits.argmax(dim=1)
    count = min(settings.top_k or logits.shape[1], logits.shape[1])
    best, codes = logits.topk(count)  # (B, k), from the likeliest on
    probabilities = (best / settings.temperature).softmax(dim=1)
    before = probabilities.cumsum(dim=1) - probabilities
    probabilities = probabilities * (before < settings.top_p)
    sums = probabilities.cumsum(dim=1)
    place = (sums < draws[:, None] * sums[:, -1:]).sum(dim=1).clamp(max=count - 1)
    return codes.gather(1, place[:, None])[:, 0]


@torch.inference_mode()
def sample(
    model: SketchModel, texts: Sequence[Sequence[str]], draws: Tensor, settings: Sampling
) -> Tensor:
    """Write N sketches.

    Args:
        model: whose device computes.
        texts: of each sketch; the logits of several texts are averaged; none: without a text.
        draws: uniform in [0, 1), (N, cells).
        settings: how codes are drawn.

    Returns:
        codes (N, rows, columns), int64, on the CPU.
    """
    transformer, shape = model.transformer, model.transformer.shape
    device, count = transformer.first.device, len(texts)
    flat = [text for own in texts for text in own]
    tokens = model.vocabulary.read(flat, shape.text) if flat else torch.empty(0, shape.text).long()
    averages = torch.zeros(count, len(flat))
    ends = torch.tensor([0, *(len(own) for own in texts)]).cumsum(0).tolist()
    for row, own in enumerate(texts):
        averages[row, ends[row] : ends[row + 1]] = 1 / max(1, len(own))
    guided = settings.guidance != 1 or not all(texts)
    unguided = count if guided else 0
    tokens = torch.cat([tokens, torch.full((unguided, shape.text), NO_TEXT)]).to(device)
    owner = torch.cat([averages.argmax(dim=0) if flat else torch.empty(0).long(), torch.arange(unguided)])
    owner, averages, draws = owner.to(device), averages.to(device), draws.to(device)
    push = torch.tensor([settings.guidance if own else 0.0 for own in texts], device=device)

    caches = transformer.caches(len(tokens))
    transformer.extend(transformer.embed_text(tokens), caches, 0)
    places, rows = transformer.places(), [transformer.first.expand(len(tokens), -1)]
    written: list[Tensor] = []
    for cell in range(shape.cells):
        x = (rows[-1] + places[cell])[:, None]  # (rows, 1, width)
        logits = transformer.logits(transformer.extend(x, caches, shape.text + cell))[:, 0].float()
        joint = averages @ logits[: len(flat)]  # (N, K)
        if guided:
            joint = logits[len(flat) :] + push[:, None] * (joint - logits[len(flat) :])
        written.append(pick(joint, draws[:, cell], settings))
        rows.append(transformer.codes(written[-1][owner]))
    codes = torch.stack(written, dim=1).view(count, shape.rows, shape.columns)
    return codes.cpu()
