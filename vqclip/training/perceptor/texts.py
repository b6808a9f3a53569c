"""What is said of the pictures of a shard: right and wrong captions as tokens, and their words.

Phrasing and splitting texts is slow, so it is done once for a shard, in a process of its own, and
many times in advance: every step then takes one of the pairs of a picture.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vqclip.training.perceptor.naming import marks_of, names
from vqclip.training.perceptor.tokens import Tokenizer, Tokens
from vqclip.training.shards import Captions
from vqclip.training.split import held_out
from vqclip.world.captions.attributes import (
    ATTRIBUTES,
    exchanged,
    inverted,
    swapped_once,
    ungrounded,
)
from vqclip.world.captions.phrases import phrase

EASY = tuple(
    kind for kind in ("color", "place", "hour", "weather", "season", "style") if kind in ATTRIBUTES
)
HARD = tuple(kind for kind in ATTRIBUTES if kind not in EASY)
"""Attributes that random captions of a batch hardly teach."""
HARD_FIRST = 0.75
"""Share of the wrong captions that are wrong in a hard attribute, where they have one."""
EXCHANGED = 0.5
"""Share of the captions with two things or colors whose wrong caption exchanges these."""
UNGROUNDED = 0.35
"""Share of the captions with a plain background that leave it out."""
SIDES = frozenset({"left", "right"})
"""Words of captions that would be wrong for a mirrored picture."""
PAIRS, NAMINGS = 8, 32
"""Pairs of captions of a picture, and phrasings of the words of all kinds."""


@dataclass
class Lexicon:
    """The words of captions.

    Attributes:
        words: how often each occurs.
        pieces: what the tokenizer splits by itself: words, digits and signs.
    """

    words: Counter[str] = field(default_factory=Counter)
    pieces: set[str] = field(default_factory=set)

    def add(self, captions: Iterable[str], tokenizer: Tokenizer) -> None:
        """Add the words of captions."""
        for caption in captions:
            self.words.update(re.findall(r"[^\W\d_]+", caption.lower()))
            self.pieces.update(tokenizer.pieces(caption))

    def sorted_words(self) -> list[tuple[str, int]]:
        """Return the words with their counts, the most frequent first."""
        return sorted(self.words.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class Wordings:
    """What is said of N pictures.

    Attributes:
        pairs: tokens of right and wrong captions (N, PAIRS, 2, L); a wrong one may be empty.
        marks: which words of all kinds each picture shows (N, W).
        sided: whether the captions name a side, so that the picture must not be mirrored (N,).
        lexicon: the words of the captions.
    """

    pairs: Tokens
    marks: NDArray[np.bool_]
    sided: NDArray[np.bool_]
    lexicon: Lexicon


def wordings(captions: Sequence[Captions], seed: str, context_length: int) -> Wordings:
    """Word the captions of pictures; the canonical caption of each is its first.

    Args:
        captions: of every picture.
        seed: equal texts give equal wordings.
        context_length: tokens of a text.
    """
    tokenizer, rng, lexicon = _tokenizer(context_length), random.Random(seed), Lexicon()
    texts = [
        text
        for own in captions
        for _ in range(PAIRS)
        for text in caption_pair(rng.choice(own), own[0], rng)
    ]
    canonical = [own[0] for own in captions]
    lexicon.add((caption for own in captions for caption in own), tokenizer)
    return Wordings(
        tokenizer.matrix(texts).reshape(len(captions), PAIRS, 2, context_length),
        marks_of(canonical).numpy(),
        np.array([bool(SIDES & set(caption.split())) for caption in canonical]),
        lexicon,
    )


def namings(seed: int, context_length: int) -> Tokens:
    """Return the words of all kinds in several phrasings, as tokens (NAMINGS, W, L)."""
    tokenizer = _tokenizer(context_length)
    rngs = [random.Random(f"names {seed} {number}") for number in range(NAMINGS)]
    return np.stack([tokenizer.matrix(names(rng)) for rng in rngs])


@lru_cache(maxsize=2)
def _tokenizer(context_length: int) -> Tokenizer:
    return Tokenizer(context_length)


def caption_pair(chosen: str, canonical: str, rng: random.Random) -> tuple[str, str]:
    """Return a right and a wrong caption of a picture; the wrong one may be empty.

    A plain background is sometimes left out, and the wrong caption gives its color to what stands
    before it. Otherwise any cat on blue would be a blue cat.

    Args:
        chosen: one of the captions of the picture.
        canonical: its canonical caption.
        rng: source of randomness.
    """
    if rng.random() < UNGROUNDED and (pair := ungrounded(canonical, rng)):
        right, wrong = pair
        if not held_out(right):
            return phrase(right, rng), phrase(wrong, rng)
    return chosen, wrong_caption(canonical, rng)


def wrong_caption(caption: str, rng: random.Random) -> str:
    """Exchange the things or colors of a canonical caption, or swap a word for another of its kind.

    Without such captions, colors and places are enough to match the captions of a batch, and
    things are learned late (Yuksekgonul et al. 2023, arXiv:2210.01936).

    Returns:
        A phrasing of the wrong caption; empty if there is nothing to swap.
    """
    if rng.random() < EXCHANGED:
        others = [other for other in (inverted(caption), exchanged(caption)) if other]
        if others:
            return phrase(rng.choice(others), rng)
    hard, easy = rng.sample(HARD, len(HARD)), rng.sample(EASY, len(EASY))
    for kind in (*hard, *easy) if rng.random() < HARD_FIRST else (*easy, *hard):
        if other := swapped_once(caption, kind, rng):
            return phrase(other, rng)
    return ""
