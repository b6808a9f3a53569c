"""How well captions word a prompt: by words, by the order of words, and by what they add."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from vqclip.world.colors import COLOR_NAMES
from vqclip.world.words import singular

POWER = 5
"""Exponent of the rarity of words: rare words name things, and guidance cannot change the thing."""
BESIDE = 0.3
"""Weight of what a prompt says after `with`: a rabbit with fog and mountains is a rabbit first."""
NOTED = 0.7
"""Weight of a word that a caption has in parentheses alone: a synonym, or what goes with it."""
COLOR_SHARE = 0.25
"""Weight of a color among the words that a caption adds: a start is recolored before all else."""
NUMBERS = frozenset({"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"})
NUMBER_SHARE = 3.0
"""The same for a number: guidance never makes one guitar of five."""
SHARES = dict.fromkeys(COLOR_NAMES, COLOR_SHARE) | dict.fromkeys(NUMBERS, NUMBER_SHARE)
PASSED_OVER = frozenset({*COLOR_NAMES, "a", "an", "the"})
"""Words that pairs of words ignore."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, lower case, plurals as singulars."""
    return tuple(singular(word) for word in re.findall(r"[^\W\d_]+", text.lower()))


def pairs_of(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring words of a text; colors and articles are passed over."""
    return frozenset(itertools.pairwise(word for word in words_of(text) if word not in PASSED_OVER))


def weights_of(caption: str) -> dict[str, float]:
    """Return the words of a caption: 1 for its own, `NOTED` for those in parentheses."""
    own, _, notes = caption.partition(" (")
    return {**dict.fromkeys(words_of(notes), NOTED), **dict.fromkeys(words_of(own), 1.0)}


class Wording:
    """The words of N captions, with the inverse document frequency of each word and pair."""

    def __init__(self, captions: Sequence[str]) -> None:
        self.words = [weights_of(caption) for caption in captions]
        self.pairs = [pairs_of(caption.partition(" (")[0]) for caption in captions]
        words = Counter(word for weights in self.words for word in weights)
        pairs = Counter(pair for own in self.pairs for pair in own)
        total = len(captions)
        self.rarity = {word: math.log(1 + total / count) for word, count in words.items()}
        self.pair_rarity = {pair: math.log(1 + total / count) for pair, count in pairs.items()}

    def agreement(self, text: str) -> Tensor:
        """Return how much of a text every caption says (N,), from 0 to 1.

        Rare words count by a power of their rarity; what a text says after `with`, and what a
        caption has in parentheses, counts less.
        """
        head, _, beside = text.partition(" with ")
        asked = {**dict.fromkeys(words_of(beside), BESIDE), **dict.fromkeys(words_of(head), 1.0)}
        # No caption says all of a text with a word that is in no caption.
        unknown = max(self.rarity.values(), default=1.0)
        shares = {
            word: weight * self.rarity.get(word, unknown) ** POWER for word, weight in asked.items()
        }
        whole = sum(shares.values()) or 1.0
        said = [
            sum(share * weights.get(word, 0.0) for word, share in shares.items()) / whole
            for weights in self.words
        ]
        return torch.tensor(said)

    def order(self, text: str) -> Tensor:
        """Return how much of a text's order of words every caption has (N,), from 0 to 1."""
        asked = sorted(pairs_of(text) & self.pair_rarity.keys())  # sums depend on their order
        whole = sum(self.pair_rarity[pair] for pair in asked) or 1.0
        shared = [
            sum(self.pair_rarity[pair] for pair in asked if pair in own) / whole
            for own in self.pairs
        ]
        return torch.tensor(shared)

    def foreign(self, texts: Iterable[str]) -> Tensor:
        """Return how much of its own every caption says that no text does (N,), from 0 to 1.

        Words count by their rarity, colors by a part of it, numbers more.
        """
        asked = frozenset[str]().union(*map(words_of, texts))
        shares = []
        for weights in self.words:
            own = {
                word: self.rarity[word] * SHARES.get(word, 1.0)
                for word, weight in weights.items()
                if weight == 1
            }
            added = sum(share for word, share in own.items() if word not in asked)
            shares.append(added / (sum(own.values()) or 1.0))
        return torch.tensor(shares)
