"""Captioned pictures to start from: codes of a VQGAN beside their embeddings by a perceptor.

Starting from the encoding of a picture near the prompt, instead of from random codes, is what makes
guided tokens recognisable (Lao Beyer et al. 2025, arXiv:2506.08257).
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from PIL import ImageColor
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqclip.errors import CheckpointError

OWNERS = ("vqgan", "perceptor")
SHARE = 0.75
"""Weight of the similarity of embeddings beside that of words."""
NEAR = 0.85
"""Share of the best score that a picture must have."""
POWER = 5
"""Of the rarity of words: the rare ones name things, which guidance cannot make of other things."""
BESIDE = 0.3
"""Weight of what a prompt says after `with`: a rabbit with fog and mountains is a rabbit first."""
FOREIGN = 0.4
"""Weight of the words that a caption has and the prompt has not."""
COLORS = frozenset(ImageColor.colormap)
COLOR_SHARE = 0.25
"""Weight of a color among those words: a start is recolored before anything else."""
NUMBERS = frozenset({"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"})
NUMBER_SHARE = 3.0
"""The same for a number: guidance never makes one guitar of five."""
SHARES = dict.fromkeys(COLORS, COLOR_SHARE) | dict.fromkeys(NUMBERS, NUMBER_SHARE)
ORDER = 0.35
"""Weight of the pairs of neighbouring words that a caption shares with a prompt: "at the bottom" is
not "in the bottom left corner", nor a cat left of a dog a dog left of a cat."""
ARTICLES = frozenset({"a", "an", "the"})
NOTED = 0.7
"""Weight of a word that a caption has in parentheses alone: a synonym, or what goes with it."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, lower case, without the `s` of plurals."""
    found = re.findall(r"[^\W\d_]+", text.lower())
    return tuple(word[:-1] if len(word) > 3 and word[-1] == "s" else word for word in found)


def pairs_of(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring words of a text; colors and articles are passed over."""
    said = [word for word in words_of(text) if word not in COLORS | ARTICLES]
    return frozenset(itertools.pairwise(said))


def weights_of(caption: str) -> dict[str, float]:
    """Return the words of a caption: 1 for its own, `NOTED` for those in parentheses."""
    own, _, notes = caption.partition(" (")
    return {**dict.fromkeys(words_of(notes), NOTED), **dict.fromkeys(words_of(own), 1.0)}


@dataclass(frozen=True)
class Bank:
    """N captioned pictures to start from.

    Attributes:
        codes: index of the code of every cell (N, h, w).
        embeddings: unit vectors of the pictures (N, E).
        captions: what each shows.
    """

    codes: Tensor
    embeddings: Tensor
    captions: tuple[str, ...]

    @cached_property
    def _words(self) -> tuple[dict[str, float], list[dict[str, float]]]:
        """Inverse document frequency of every word, and the words of every caption by weight."""
        weights = [weights_of(caption) for caption in self.captions]
        counts = Counter(word for one in weights for word in one)
        return {word: math.log(1 + len(weights) / count) for word, count in counts.items()}, weights

    def agreement(self, text: str) -> Tensor:
        """Return how much of a text every caption says (N,), from 0 to 1.

        Rare words count by a power of their rarity; what a text says after `with`, and what a
        caption has in parentheses, counts less.
        """
        rarity, captions = self._words
        head, _, beside = text.partition(" with ")
        asked = {**dict.fromkeys(words_of(beside), BESIDE), **dict.fromkeys(words_of(head), 1.0)}
        # No caption says wholly what has a word of no caption.
        unknown = max(rarity.values(), default=1.0)
        shares = {word: one * rarity.get(word, unknown) ** POWER for word, one in asked.items()}
        whole = sum(shares.values()) or 1.0
        said = [
            sum(share * weights.get(word, 0.0) for word, share in shares.items()) / whole
            for weights in captions
        ]
        return torch.tensor(said, device=self.embeddings.device)

    @cached_property
    def _pairs(self) -> tuple[dict[tuple[str, str], float], list[frozenset[tuple[str, str]]]]:
        """Inverse document frequency of every pair of words, and the pairs of every caption."""
        pairs = [pairs_of(caption.partition(" (")[0]) for caption in self.captions]
        counts = Counter(pair for one in pairs for pair in one)
        return {pair: math.log(1 + len(pairs) / count) for pair, count in counts.items()}, pairs

    def order(self, text: str) -> Tensor:
        """Return how much of a text's order of words every caption has (N,), from 0 to 1."""
        rarity, captions = self._pairs
        asked = sorted(pairs_of(text) & rarity.keys())  # sums depend on their order
        whole = sum(rarity[pair] for pair in asked) or 1.0
        shared = [
            sum(rarity[pair] for pair in asked if pair in pairs) / whole for pairs in captions
        ]
        return torch.tensor(shared, device=self.embeddings.device)

    def foreign(self, texts: Iterable[str]) -> Tensor:
        """Return how much of its own every caption says that no text does (N,), from 0 to 1.

        Words count by their rarity, colors by a part of it, numbers more.
        """
        rarity, captions = self._words
        asked = frozenset[str]().union(*map(words_of, texts))
        shares = []
        for weights in captions:
            own = {
                word: rarity[word] * SHARES.get(word, 1.0)
                for word, weight in weights.items()
                if weight == 1
            }
            beside = sum(value for word, value in own.items() if word not in asked)
            shares.append(beside / (sum(own.values()) or 1.0))
        return torch.tensor(shares, device=self.embeddings.device)

    def nearest(self, texts: Mapping[str, float], direction: Tensor, count: int) -> Tensor:
        """Return the indices of up to `count` pictures near a prompt, nearest first.

        A picture that is much farther than the nearest is left out: better no choice than a wrong
        one, since the guidance seldom turns one thing into another.

        Args:
            texts: of the prompt -> weight.
            direction: where the prompt points (E,).
            count: at most all.
        """
        scores = SHARE * (self.embeddings @ direction.to(self.embeddings))  # (N,)
        for text, weight in texts.items():
            scores = scores + weight * (self.agreement(text) + ORDER * self.order(text))
        if wanted := [text for text, weight in texts.items() if weight > 0]:
            scores = scores - FOREIGN * self.foreign(wanted)
        best, order = scores.topk(min(count, len(scores)))
        return order[best >= best[0] * (NEAR if best[0] > 0 else 1 / NEAR)]

    def to(self, device: torch.device | str) -> Bank:
        """Move it to a device."""
        return Bank(self.codes.to(device), self.embeddings.to(device), self.captions)


def write_bank(path: Path, bank: Bank, *, vqgan: str, perceptor: str) -> None:
    """Write a bank and the SHA-256 of the weights it was made with."""
    tensors = {"codes": bank.codes.to(torch.uint16), "embeddings": bank.embeddings.half()}
    captions = json.dumps(bank.captions, ensure_ascii=False)
    made_with = {"vqgan": vqgan, "perceptor": perceptor, "captions": captions}
    save_file(tensors, path, metadata=made_with)


def read_owners(path: Path) -> dict[str, str]:
    """Read the SHA-256 of each of the `OWNERS` a bank was made with.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            made_with = file.metadata() or {}
        return {owner: str(made_with[owner]) for owner in OWNERS}
    except (SafetensorError, OSError, KeyError) as error:
        raise CheckpointError(f"{path} is not a bank of pictures to start from: {error}") from error


def read_bank(path: Path, *, vqgan: str, perceptor: str) -> Bank:
    """Read a bank, float32 on the CPU.

    Args:
        path: what `write_bank` wrote.
        vqgan: SHA-256 of the weights whose codes are meant.
        perceptor: SHA-256 of the weights whose embeddings are meant.

    Raises:
        CheckpointError: it is missing, damaged, or was made with other weights.
    """
    try:
        with safe_open(path, framework="pt") as file:
            made_with = file.metadata() or {}
            codes, embeddings = file.get_tensor("codes"), file.get_tensor("embeddings")
            captions = tuple(map(str, json.loads(made_with["captions"])))
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointError(f"{path} is not a bank of pictures to start from: {error}") from error
    for owner, digest in zip(OWNERS, (vqgan, perceptor), strict=True):
        if made_with.get(owner) != digest:
            raise CheckpointError(
                f"{path} was made with another {owner} ({made_with.get(owner, 'unknown')[:12]}) "
                f"than the one loaded ({digest[:12]}); make it again"
            )
    return Bank(codes.long(), embeddings.float(), captions)
