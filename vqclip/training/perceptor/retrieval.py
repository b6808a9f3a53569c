"""Metrics of a CLIP: does it find the caption of a picture, even of an adversarial one?"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.encoder import DualEncoder
from vqclip.training.perceptor.views import resized
from vqclip.world.captions.attributes import ATTRIBUTES, swapped

CHUNK, TEXTS = 100, 1000
"""Pictures and texts that are embedded at once."""
NONSENSE = "zyxqj"
"""A word that no caption has."""
RADIUS, STEPS = 1.0, 3
"""Radius and steps of the attack: an L2 ball on [0, 1], for pictures of 64 x 64 pixels."""


def first(images: Tensor, texts: Tensor) -> float:
    """Return the share of pictures (N, E) whose nearest text (N, E) is their own."""
    own = torch.arange(len(images), device=images.device)
    return float(((images @ texts.T).argmax(dim=1) == own).float().mean())


@torch.no_grad()
def embed_images(encoder: DualEncoder, images: Tensor) -> Tensor:
    """Embed pictures (N, 3, S, S) in [0, 1], whole, as unit vectors (N, E)."""
    rows = [encoder.images(resized(part, encoder.size)) for part in torch.split(images, CHUNK)]
    return torch.cat(rows)


@torch.no_grad()
def embed_texts(encoder: DualEncoder, texts: Sequence[str]) -> Tensor:
    """Embed texts as unit vectors (P, E)."""
    device = next(encoder.model.parameters()).device
    return torch.cat(
        [encoder.texts(part.to(device)) for part in torch.split(encoder.tokens(texts), TEXTS)]
    )


def attacked(encoder: DualEncoder, images: Tensor, texts: Tensor, seed: int) -> Tensor:
    """Move pictures (N, 3, S, S) in [0, 1] away from their texts (N, E), within an L2 ball.

    Returns:
        The moved pictures (N, 3, size, size).
    """
    moved = []
    parts = zip(torch.split(images, CHUNK), torch.split(texts, CHUNK), strict=True)
    for number, (part, wanted) in enumerate(parts):

        def away(seen: Tensor, wanted: Tensor = wanted) -> Tensor:
            return -(encoder.images(seen) * wanted).sum()

        chance = stream(seed, f"attack {number}", part.device)
        seen, radius = resized(part, encoder.size), RADIUS * encoder.size / 64
        moved.append(attack(away, seen, radius=radius, steps=STEPS, generator=chance))
    return torch.cat(moved)


def by_attribute(
    encoder: DualEncoder, images: Tensor, captions: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Measure whether captions win over those that differ from them in a single attribute.

    Args:
        encoder: the CLIP.
        images: unit vectors of the pictures (N, E).
        captions: canonical caption of each.

    Returns:
        By kind of attribute: `accuracy`, `chance` (that of guessing) and `count` of captions.
    """
    table = {}
    for kind in ATTRIBUTES:
        rights, chances = [], []
        for own, caption in zip(images, captions, strict=True):
            others = swapped(caption, kind)
            if others:
                texts = embed_texts(encoder, [caption, *others])  # (W, E)
                rights.append(int((texts @ own).argmax()) == 0)
                chances.append(1 / len(texts))
        if rights:
            table[kind] = {
                "accuracy": round(sum(rights) / len(rights), 4),
                "chance": round(sum(chances) / len(chances), 4),
                "count": len(rights),
            }
    return table


def unknown_shift(encoder: DualEncoder, texts: Sequence[str]) -> float:
    """Return how far an unknown word moves texts, as 1 - mean cosine, 0 to 2."""
    plain = embed_texts(encoder, texts)
    strange = embed_texts(encoder, [f"{text} {NONSENSE}" for text in texts])
    return 1 - float((plain * strange).sum(dim=1).mean())


def metrics(encoder: DualEncoder, images: Tensor, captions: Sequence[str]) -> dict[str, object]:
    """Measure a CLIP on held-out pictures (N, 3, S, S) in [0, 1].

    Returns:
        `retrieval`, the share of pictures whose caption is nearest among all N; `attacked`, the
        same after `STEPS` adversarial steps within `RADIUS`; `unknown`, how far an unknown word
        moves a text; `attributes`, the results of `by_attribute`; and the number of `pictures`.
    """
    texts = embed_texts(encoder, captions)
    seen = embed_images(encoder, images)
    moved = embed_images(encoder, attacked(encoder, images, texts, seed=0))
    return {
        "pictures": len(images),
        "retrieval": round(first(seen, texts), 4),
        "attacked": round(first(moved, texts), 4),
        "unknown": round(unknown_shift(encoder, captions), 4),
        "attributes": by_attribute(encoder, seen, captions),
    }
