"""Naming: each word of a caption, by itself, should win over all others of its kind.

Most captions of a batch differ in colors and places, so the contrast between them teaches things
and shapes late. Here the classes of a zero-shot classifier (Radford et al. 2021, arXiv:2103.00020,
section 3.1) are part of the training: which of all things, shapes, hours and so on a picture shows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.world.captions.attributes import ATTRIBUTES
from vqclip.world.captions.phrases import phrase, split_style
from vqclip.world.captions.synonyms import STYLE_NAMES
from vqclip.world.words import article

NEVER = -1e4
"""A logit that adds nothing to a sum of exponentials, even in half precision."""


@dataclass(frozen=True)
class Kind:
    """Words of which a picture shows some and not the others.

    Attributes:
        texts: the text that asks for each word (W).
        indices: index of the word of each spelling in captions.
        pattern: finds a spelling.
    """

    texts: tuple[str, ...]
    indices: dict[str, int]
    pattern: re.Pattern[str]

    def words_in(self, text: str) -> list[int]:
        """Return the indices of the words of a text."""
        return [self.indices[spelling] for spelling in self.pattern.findall(text)]


def _kinds() -> tuple[tuple[str, Kind], ...]:
    kinds = []
    for name, groups in ATTRIBUTES.items():
        # Plurals are other spellings of the singulars before them.
        for several in (groups,) if name in ("thing", "shape") else ((group,) for group in groups):
            indices = {word: index for group in several for index, word in enumerate(group)}
            spellings = "|".join(sorted(indices, key=len, reverse=True))
            pattern = re.compile(rf"\b(?:{spellings})\b")
            texts = tuple(_text(name, word) for word in several[0])
            kinds.append((name, Kind(texts, indices, pattern)))
    return tuple(kinds)


def _text(kind: str, word: str) -> str:
    if kind in ("thing", "shape"):
        return article(word)
    return STYLE_NAMES[word][1] if kind == "style" else word


KINDS = _kinds()
SIZES = tuple(len(kind.texts) for _, kind in KINDS)
"""Number of words of each kind; W is their sum."""


def names(rng: random.Random) -> tuple[str, ...]:
    """Return all words of all kinds (W), kind after kind, each in one of its phrasings."""
    return tuple(phrase(text, rng) for _, kind in KINDS for text in kind.texts)


def marks_of(captions: Sequence[str]) -> Tensor:
    """Return which words canonical captions have, booleans (B, W)."""
    marks = torch.zeros(len(captions), sum(SIZES), dtype=torch.bool)
    for row, caption in zip(marks, captions, strict=True):
        for part, (name, kind) in zip(torch.split(row, list(SIZES)), KINDS, strict=True):
            part[kind.words_in(_part_for(name, caption))] = True
    return marks


def _part_for(kind: str, caption: str) -> str:
    """Return the part of a caption that may name a kind: a style has no color, a sky no shape."""
    style, body = split_style(caption)
    if kind == "style":
        return style
    return body.partition(" with ")[0] if kind == "shape" else body


def naming_loss(logits: Tensor, marks: Tensor) -> Tensor:
    """Return the cross-entropy of the words of pictures, in nats per picture over all kinds.

    A word competes with those of its kind that its picture does not show.

    Args:
        logits: of every picture and word (B, W).
        marks: which words each picture shows (B, W).
    """
    total = logits.new_zeros(())
    for scores, own in zip(
        torch.split(logits, list(SIZES), 1), torch.split(marks, list(SIZES), 1), strict=True
    ):
        others = scores.masked_fill(own, NEVER).logsumexp(dim=1, keepdim=True)
        losses = F.softplus(others - scores) * own
        total = total + (losses.sum(dim=1) / own.sum(dim=1).clamp(min=1)).sum()
    return total / len(logits)
