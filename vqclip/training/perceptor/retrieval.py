"""Figures of a perceptor: does it find the caption of a picture, also of one that was attacked?"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.encoder import Contrast
from vqclip.training.perceptor.views import resized
from vqclip.world.captions.attributes import ATTRIBUTES, swapped

CHUNK, TEXTS = 100, 1000
NONSENSE = "zyxqj"
"""A word of no language."""
RADIUS, STEPS = 1.0, 3
"""Of the attack: L2, on pixels in [0, 1] of 64 pixels a side."""


def first(images: Tensor, texts: Tensor) -> float:
    """Return the share of unit vectors (N, E) that lie nearest to the text of their row (N, E)."""
    own = torch.arange(len(images), device=images.device)
    return float(((images @ texts.T).argmax(dim=1) == own).float().mean())


@torch.no_grad()
def embed_images(contrast: Contrast, images: Tensor) -> Tensor:
    """Embed pictures (N, 3, S, S) in [0, 1], whole, as unit vectors (N, E)."""
    rows = [contrast.images(resized(part, contrast.size)) for part in torch.split(images, CHUNK)]
    return torch.cat(rows)


@torch.no_grad()
def embed_texts(contrast: Contrast, texts: Sequence[str]) -> Tensor:
    """Embed texts as unit vectors (P, E)."""
    device = next(contrast.model.parameters()).device
    return torch.cat(
        [contrast.texts(one.to(device)) for one in torch.split(contrast.tokens(texts), TEXTS)]
    )


def attacked(contrast: Contrast, images: Tensor, texts: Tensor, seed: int) -> Tensor:
    """Move pictures (N, 3, S, S) away from their texts (N, E), within a small L2 ball.

    Returns:
        the pictures (N, 3, size, size).
    """
    moved = []
    parts = zip(torch.split(images, CHUNK), torch.split(texts, CHUNK), strict=True)
    for number, (part, wanted) in enumerate(parts):

        def away(seen: Tensor, wanted: Tensor = wanted) -> Tensor:
            return -(contrast.images(seen) * wanted).sum()

        chance = stream(seed, f"attack {number}", part.device)
        seen, radius = resized(part, contrast.size), RADIUS * contrast.size / 64
        moved.append(attack(away, seen, radius=radius, steps=STEPS, generator=chance))
    return torch.cat(moved)


def by_attribute(
    contrast: Contrast, images: Tensor, captions: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Ask whether the caption wins over those that differ from it in one attribute.

    Args:
        contrast: the perceptor.
        images: unit vectors of the pictures (N, E).
        captions: of each, canonical.

    Returns:
        Kind of attribute -> `accuracy`, `chance` and `count` of the captions that have it.
    """
    figures = {}
    for kind in ATTRIBUTES:
        rights, chances = [], []
        for own, caption in zip(images, captions, strict=True):
            others = swapped(caption, kind)
            if others:
                texts = embed_texts(contrast, [caption, *others])  # (W, E)
                rights.append(int((texts @ own).argmax()) == 0)
                chances.append(1 / len(texts))
        if rights:
            figures[kind] = {
                "accuracy": round(sum(rights) / len(rights), 4),
                "chance": round(sum(chances) / len(chances), 4),
                "count": len(rights),
            }
    return figures


def unknown_shift(contrast: Contrast, texts: Sequence[str]) -> float:
    """Return how far a word that it never learned moves texts: 1 - mean cosine, 0 to 2."""
    plain = embed_texts(contrast, texts)
    strange = embed_texts(contrast, [f"{text} {NONSENSE}" for text in texts])
    return 1 - float((plain * strange).sum(dim=1).mean())


def figures(
    contrast: Contrast,
    images: Tensor,
    captions: Sequence[str],
) -> dict[str, object]:
    """Return all figures of a perceptor on N held-out pictures (N, 3, S, S) in [0, 1].

    Among them `retrieval`: the share whose caption is nearest among all N; `attacked`: the same
    after `STEPS` adversarial steps within `RADIUS`; `unknown`: how far a strange word moves a text.
    """
    texts = embed_texts(contrast, captions)
    seen = embed_images(contrast, images)
    moved = embed_images(contrast, attacked(contrast, images, texts, seed=0))
    return {
        "pictures": len(images),
        "retrieval": round(first(seen, texts), 4),
        "attacked": round(first(moved, texts), 4),
        "unknown": round(unknown_shift(contrast, captions), 4),
        "attributes": by_attribute(contrast, seen, captions),
    }
