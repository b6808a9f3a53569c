"""Naming: each word of a caption should win over all others of its kind, said on its own.

Most captions of a batch differ in their colors and places, so that the contrast between them
teaches things and shapes late. Here the classes of a zero-shot classifier (Radford et al. 2021,
arXiv:2103.00020, section 3.1) are asked for in training already: of every picture, which of all
things, shapes, hours and so on it shows.
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
"""A logit that adds nothing to a sum of exponentials, in half precision either."""


@dataclass(frozen=True)
class Kind:
    """Words of which a picture shows some, and not the others.

    Attributes:
        texts: what each word is asked for with (W).
        numbers: the word of each spelling, as the captions have it.
        pattern: finds a spelling.
    """

    texts: tuple[str, ...]
    numbers: dict[str, int]
    pattern: re.Pattern[str]

    def found(self, text: str) -> list[int]:
        """Return the numbers of the words that a text has."""
        return [self.numbers[word] for word in self.pattern.findall(text)]


def _kinds() -> tuple[tuple[str, Kind], ...]:
    kinds = []
    for name, groups in ATTRIBUTES.items():
        # Plurals are other spellings of the singulars before them.
        for several in (groups,) if name in ("thing", "shape") else ((one,) for one in groups):
            words = several[0]
            numbers = {word: index for one in several for index, word in enumerate(one)}
            spellings = "|".join(sorted(numbers, key=len, reverse=True))
            pattern = re.compile(rf"\b(?:{spellings})\b")
            texts = tuple(_text(name, word) for word in words)
            kinds.append((name, Kind(texts, numbers, pattern)))
    return tuple(kinds)


def _text(kind: str, word: str) -> str:
    if kind in ("thing", "shape"):
        return article(word)
    return STYLE_NAMES[word][1] if kind == "style" else word


KINDS = _kinds()
SIZES = tuple(len(kind.texts) for _, kind in KINDS)


def names(chance: random.Random) -> tuple[str, ...]:
    """Return all words of all kinds (W), kind after kind, each in one of its phrasings."""
    return tuple(phrase(text, chance) for _, kind in KINDS for text in kind.texts)


def shown(captions: Sequence[str]) -> Tensor:
    """Return which words canonical captions have (B, W)."""
    marks = torch.zeros(len(captions), sum(SIZES), dtype=torch.bool)
    for row, caption in zip(marks, captions, strict=True):
        for part, (name, kind) in zip(torch.split(row, list(SIZES)), KINDS, strict=True):
            part[kind.found(_said_of(name, caption))] = True
    return marks


def _said_of(kind: str, caption: str) -> str:
    """Return the part of a caption that may name a kind: a style is no color, nor stars a shape."""
    style, body = split_style(caption)
    if kind == "style":
        return style
    return body.partition(" with ")[0] if kind == "shape" else body


def naming_loss(logits: Tensor, marks: Tensor) -> Tensor:
    """Return how improbable the words of pictures are: nats per picture, all kinds added up.

    A word competes with those of its kind that its picture does not show.

    Args:
        logits: of every picture and word (B, W).
        marks: what `shown` returned (B, W).
    """
    total = logits.new_zeros(())
    for scores, own in zip(
        torch.split(logits, list(SIZES), 1), torch.split(marks, list(SIZES), 1), strict=True
    ):
        others = scores.masked_fill(own, NEVER).logsumexp(dim=1, keepdim=True)
        losses = F.softplus(others - scores) * own
        total = total + (losses.sum(dim=1) / own.sum(dim=1).clamp(min=1)).sum()
    return total / len(logits)
