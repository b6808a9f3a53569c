"""The start from a picture of the bank that is near the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import PICTURE_NOISE
from vqclip.config.prompt import Prompt
from vqclip.engine.starts.picturebank import Bank
from vqclip.engine.starts.start import Canvas, Start
from vqclip.errors import ConfigError
from vqclip.models.protocols import Generator
from vqclip.randomness import Streams

EMBEDDING_SHARE = 0.75
"""Weight of the similarity of embeddings beside that of words."""
ORDER_SHARE = 0.35
"""Weight of the pairs of neighbouring words that a caption shares with a prompt: "at the bottom" is
not "in the bottom left corner", nor a cat left of a dog a dog left of a cat."""
FOREIGN_SHARE = 0.4
"""Weight of the words that a caption has and the prompt has not."""
NEAR = 0.85
"""Share of the best score that a picture must have."""
RECOLOR = 12
"""Steps that recolor a picture of the bank; a picture of the user keeps its colors."""
KEEP_INIT = 1.0
"""Pull towards a picture of the bank: what the guidance has no opinion of stays clean."""


def nearest(canvas: Canvas) -> Start:
    """Start from one of the pictures of the bank nearest to the prompts, chosen by the seed.

    Raises:
        ConfigError: there is no bank.
    """
    bank = canvas.bank
    if bank is None:
        raise ConfigError(
            "start.kind: nearest needs a VQGAN that brings pictures to start from, and the "
            "perceptor they were embedded by: mini and mini; auto does without"
        )
    directions = canvas.targets[bank.perceptor].directions()  # (B, E)
    codes = choose(bank, canvas.prompts, directions, canvas.streams, pool=canvas.pool)
    z = latent_of_codes(canvas.generator, codes, height=canvas.height, width=canvas.width)
    return Start(z, PICTURE_NOISE, RECOLOR, KEEP_INIT)


def choose(
    bank: Bank,
    prompts: Sequence[Sequence[Prompt]],
    directions: Tensor,
    streams: Streams,
    *,
    pool: int,
) -> Tensor:
    """Choose, for each of B images, a picture of a bank near its prompts; return codes (B, h, w).

    Args:
        bank: pictures to choose from.
        prompts: of each image.
        directions: where the prompts of each image point together (B, E).
        streams: of the B images; of the `pool` nearest, the nearest are chosen most often.
        pool: most pictures that may be chosen.
    """
    places = streams.uniform(1)[:, 0].square()  # (B,)
    ranked: dict[tuple[Prompt, ...], Tensor] = {}
    rows = []
    for own, direction, place in zip(prompts, directions, places.tolist(), strict=True):
        key = tuple(own)
        if key not in ranked:
            texts = {prompt.content: prompt.weight for prompt in own if prompt.kind == "text"}
            # One direction at a time: a choice must not depend, even by rounding, on neighbours.
            ranked[key] = rank(bank, texts, direction, pool)
        rows.append(ranked[key][int(place * len(ranked[key]))])
    return bank.codes[torch.stack(rows)]


def rank(bank: Bank, texts: Mapping[str, float], direction: Tensor, count: int) -> Tensor:
    """Return the indices of up to `count` pictures near a prompt, nearest first.

    A picture that is much farther than the nearest is left out: better no choice than a wrong one,
    since the guidance seldom turns one thing into another.

    Args:
        bank: of N pictures.
        texts: text of a prompt -> its weight.
        direction: where the prompts point together (E,).
        count: at most N.
    """
    wording = bank.wording
    scores = EMBEDDING_SHARE * (bank.embeddings @ direction.to(bank.embeddings))  # (N,)
    for text, weight in texts.items():
        said = wording.agreement(text) + ORDER_SHARE * wording.order(text)
        scores = scores + (weight * said).to(scores)
    if wanted := [text for text, weight in texts.items() if weight > 0]:
        scores = scores - FOREIGN_SHARE * wording.foreign(wanted).to(scores)
    best, order = scores.topk(min(count, len(scores)))
    return order[best >= best[0] * (NEAR if best[0] > 0 else 1 / NEAR)]


def latent_of_codes(generator: Generator, codes: Tensor, *, height: int, width: int) -> Tensor:
    """Return latents (B, D, H/f, W/f) of codes (B, h, w), whose pictures are cropped to fit.

    Raises:
        ConfigError: the generator has no codebook.
    """
    if generator.codebook is None:
        raise ConfigError("start.kind: nearest needs a generator with a codebook")
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
