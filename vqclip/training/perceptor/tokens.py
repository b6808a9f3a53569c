"""Texts as tokens, fast: a word is split once; and a shorter list of merges for the weights.

open_clip's tokenizer knows 49,408 tokens, of which a small CLIP learns a few thousand. The others'
vectors would be zeros. So what is exported has the merges of the words that were learned, and no
others; open_clip's tokenizer reads such a list with `bpe_path`, and numbers its tokens from 0 on.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vqclip.models.openclip import open_clip

Tokens = NDArray[np.uint16]
"""Tokens of texts (P, L); those of open_clip's tokenizer fit into 16 bits."""

HEADER = "#version: 0.2"
"""First line of a list of merges, which open_clip's tokenizer skips."""


class Tokenizer:
    """open_clip's tokenizer with a memory for words.

    Args:
        context_length: tokens of a text, start and end included.
    """

    def __init__(self, context_length: int) -> None:
        self.plain = open_clip.SimpleTokenizer(context_length=context_length)
        self.context_length = context_length
        self._tokens: dict[str, list[int]] = {}
        self._merges: dict[str, list[tuple[str, str]]] = {}

    def pieces(self, text: str) -> list[str]:
        """Return the words, digits and signs of a text that are split by themselves."""
        if text.isascii() and text.isprintable() and "&" not in text:
            text = " ".join(text.lower().split())  # nothing to be repaired
        else:
            text = self.plain.clean_fn(text)
        pieces: list[str] = self.plain.pat.findall(text)
        return pieces

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without start and end."""
        tokens: list[int] = []
        for piece in self.pieces(text):
            found = self._tokens.get(piece)
            if found is None:
                found = self._tokens[piece] = self.plain.encode(piece)
            tokens += found
        return tokens

    def matrix(self, texts: Sequence[str]) -> Tokens:
        """Return the tokens (P, L) of texts, padded with 0; an empty text has no tokens at all."""
        rows = np.zeros((len(texts), self.context_length), np.uint16)
        for row, text in zip(rows, texts, strict=True):
            if text:
                tokens = self.encode(text)[: self.context_length - 2]
                marked = [self.plain.sot_token_id, *tokens, self.plain.eot_token_id]
                row[: len(marked)] = marked
        return rows

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Return the tokens (P, L) of texts as open_clip's tokenizer does, integers of 64 bits."""
        return torch.from_numpy(self.matrix(texts).astype(np.int64))

    def known(self, pieces: Iterable[str]) -> list[int]:
        """Return the tokens that occur in pieces."""
        return sorted({token for piece in pieces for token in self.encode(piece)})

    def merges(self, pieces: Iterable[str]) -> list[tuple[str, str]]:
        """Return the merges that pieces need, in open_clip's order."""
        used: set[tuple[str, str]] = set()
        for piece in pieces:
            if piece not in self._merges:
                self._merges[piece] = self._merges_of(piece)
            used.update(self._merges[piece])
        return sorted(used, key=self.plain.bpe_ranks.__getitem__)

    def _merges_of(self, piece: str) -> list[tuple[str, str]]:
        """Return the merges of a piece, as byte-pair encoding finds them (arXiv:1508.07909)."""
        ranks = self.plain.bpe_ranks
        letters = [self.plain.byte_encoder[byte] for byte in piece.encode()]
        parts, used = [*letters[:-1], f"{letters[-1]}</w>"], []
        while pairs := [pair for pair in zip(parts, parts[1:], strict=False) if pair in ranks]:
            best = min(pairs, key=ranks.__getitem__)
            used.append(best)
            merged: list[str] = []
            for part in parts:
                if merged and (merged[-1], part) == best:
                    merged[-1] += part
                else:
                    merged.append(part)
            parts = merged
        return used


def packed_merges(merges: Sequence[tuple[str, str]]) -> bytes:
    """Return a list of merges as open_clip's tokenizer reads it: equal lists give equal bytes."""
    lines = [HEADER, *(" ".join(pair) for pair in merges)]
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def rows_of(shorter: open_clip.SimpleTokenizer, tokenizer: open_clip.SimpleTokenizer) -> Tensor:
    """Return which token of a tokenizer each token of one with fewer merges is (V,)."""
    return torch.tensor([tokenizer.encoder[text] for text in shorter.encoder])
