"""Metrics of a CLIP: does it find the caption of a picture, even of an adversarial one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.encoder import DualEncoder
from vqclip.training.perceptor.tokens import Tokenizer, Tokens
from vqclip.training.perceptor.views import resized
from vqclip.world.captions.attributes import ATTRIBUTES, swapped

CHUNK, TEXTS, ROWS = 100, 1000, 100_000
"""Pictures and texts that are embedded, and answers that are compared, at once."""
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


def embed_texts(encoder: DualEncoder, texts: Sequence[str]) -> Tensor:
    """Embed texts as unit vectors (P, E)."""
    return embed_tokens(encoder, encoder.tokens(texts))


@torch.no_grad()
def embed_tokens(encoder: DualEncoder, tokens: Tensor) -> Tensor:
    """Embed tokens (P, L) as unit vectors (P, E)."""
    device = next(encoder.model.parameters()).device
    return torch.cat([encoder.texts(part.to(device)) for part in torch.split(tokens, TEXTS)])


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


@dataclass(frozen=True)
class Questions:
    """Whether captions win over those that differ from them in a single attribute.

    Attributes:
        tokens: all texts (U, L).
        captions: the text of the caption of each picture (N,).
        kinds: the kind of attribute of each question (Q).
        rows: the picture of each question (Q,).
        others: the wrong texts of all questions, one after the other (O,).
        owners: the question of each wrong text (O,), rising.
    """

    tokens: Tokens
    captions: NDArray[np.int64]
    kinds: tuple[str, ...]
    rows: NDArray[np.int64]
    others: NDArray[np.int64]
    owners: NDArray[np.int64]


def questions(captions: Sequence[str], context_length: int) -> Questions:
    """Ask about every attribute of canonical captions."""
    places: dict[str, int] = {}
    own = [places.setdefault(caption, len(places)) for caption in captions]
    kinds: list[str] = []
    rows, others, owners = list[int](), list[int](), list[int]()
    for row, caption in enumerate(captions):
        for kind in ATTRIBUTES:
            texts = swapped(caption, kind)
            if texts:
                owners += [len(kinds)] * len(texts)
                others += [places.setdefault(text, len(places)) for text in texts]
                kinds.append(kind)
                rows.append(row)
    tokens = Tokenizer(context_length).matrix(list(places))
    numbers = (np.array(values, np.int64) for values in (own, rows, others, owners))
    captions_, rows_, others_, owners_ = numbers
    return Questions(tokens, captions_, tuple(kinds), rows_, others_, owners_)


def answered(encoder: DualEncoder, images: Tensor, asked: Questions) -> dict[str, dict[str, float]]:
    """Measure whether captions win over those that differ from them in a single attribute.

    Args:
        encoder: the CLIP.
        images: unit vectors of the pictures (N, E).
        asked: the questions about these pictures.

    Returns:
        By kind of attribute: `accuracy`, `chance` (that of guessing) and `count` of captions.
    """
    texts = embed_tokens(encoder, torch.from_numpy(asked.tokens.astype(np.int64))).cpu()
    seen, rows = images.float().cpu(), torch.from_numpy(asked.rows)
    owners, others = torch.from_numpy(asked.owners), torch.from_numpy(asked.others)
    own = (texts[torch.from_numpy(asked.captions)[rows]] * seen[rows]).sum(dim=1)  # (Q,)
    scores = torch.cat(
        [
            (texts[texts_] * seen[rows[owners_]]).sum(dim=1)
            for texts_, owners_ in zip(
                torch.split(others, ROWS), torch.split(owners, ROWS), strict=True
            )
        ]
        or [own[:0]]
    )
    best = torch.full_like(own, -2.0).scatter_reduce(0, owners, scores, "amax")
    rights, counts = (own >= best).tolist(), torch.bincount(owners, minlength=len(own)).tolist()
    table = {}
    for kind in dict.fromkeys(kind for kind in ATTRIBUTES if kind in asked.kinds):
        chosen = [row for row, name in enumerate(asked.kinds) if name == kind]
        table[kind] = {
            "accuracy": round(sum(rights[row] for row in chosen) / len(chosen), 4),
            "chance": round(sum(1 / (1 + counts[row]) for row in chosen) / len(chosen), 4),
            "count": len(chosen),
        }
    return table


def unknown_shift(encoder: DualEncoder, texts: Sequence[str]) -> float:
    """Return how far an unknown word moves texts, as 1 - mean cosine, 0 to 2."""
    plain = embed_texts(encoder, texts)
    strange = embed_texts(encoder, [f"{text} {NONSENSE}" for text in texts])
    return 1 - float((plain * strange).sum(dim=1).mean())


def metrics(
    encoder: DualEncoder, images: Tensor, captions: Sequence[str], asked: Questions
) -> dict[str, object]:
    """Measure a CLIP on held-out pictures (N, 3, S, S) in [0, 1] and questions about them.

    Returns:
        `retrieval`, the share of pictures whose caption is nearest among all N; `attacked`, the
        same after `STEPS` adversarial steps within `RADIUS`; `unknown`, how far an unknown word
        moves a text; `attributes`, the answers of `answered`; and the number of `pictures`.
    """
    texts = embed_texts(encoder, captions)
    seen = embed_images(encoder, images)
    moved = embed_images(encoder, attacked(encoder, images, texts, seed=0))
    return {
        "pictures": len(images),
        "retrieval": round(first(seen, texts), 4),
        "attacked": round(first(moved, texts), 4),
        "unknown": round(unknown_shift(encoder, captions), 4),
        "attributes": answered(encoder, seen, asked),
    }
