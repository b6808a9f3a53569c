"""The words of the sketch model: tokens of open_clip's tokenizer that its captions have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vqclip.models.sketches.transformer import NO_TEXT, PAD, RESERVED, UNKNOWN

TOKENS = 49408
"""Tokens of open_clip's tokenizer, start and end marks included."""
PADDING = TOKENS - 1
"""What `token_ids` puts after the end of a text: the end mark, which ends every text."""


def token_ids(texts: Sequence[str], length: int) -> NDArray[np.uint16]:
    """Return the tokens (N, length) of texts by open_clip's tokenizer, without marks, padded."""
    from vqclip.models.openclip import open_clip

    tokenizer = open_clip.SimpleTokenizer()
    table = np.full((len(texts), length), PADDING, dtype=np.uint16)
    for row, text in enumerate(texts):
        ids = tokenizer.encode(text)[:length]
        table[row, : len(ids)] = ids
    return table


class Vocabulary:
    """The rows of the token embedding: what is no word, then tokens in the order they were met.

    Args:
        tokens: known tokens of open_clip's tokenizer.
        capacity: most rows; tokens met later are unknown.
    """

    def __init__(self, tokens: Sequence[int] = (), *, capacity: int = TOKENS + RESERVED) -> None:
        self.tokens: list[int] = []
        self.capacity = capacity
        self._rows = np.full(TOKENS, UNKNOWN, dtype=np.int64)
        self._rows[PADDING] = PAD
        self.add(np.array(tokens, dtype=np.int64))

    def __len__(self) -> int:
        return RESERVED + len(self.tokens)

    def add(self, ids: NDArray[np.integer]) -> None:
        """Learn the tokens of a table, as far as there is room."""
        found, first = np.unique(ids, return_index=True)
        for token in found[np.argsort(first)].tolist():
            if self._rows[token] == UNKNOWN and len(self) < self.capacity:
                self._rows[token] = len(self)
                self.tokens.append(token)

    def rows(self, ids: NDArray[np.integer]) -> Tensor:
        """Return the rows (same shape, int64) of tokens."""
        return torch.from_numpy(self._rows[ids])

    def read(self, texts: Sequence[str], length: int) -> Tensor:
        """Return the rows (N, length) of texts; an empty text is no text."""
        rows = self.rows(token_ids(texts, length))
        empty = torch.tensor([not text.strip() for text in texts], dtype=torch.bool)
        return torch.where(empty[:, None], NO_TEXT, rows)
