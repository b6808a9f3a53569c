"""The finder: which pictures of the album show what some words say, by CLIP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from vqclip.config.prompt import parse_prompts
from vqclip.errors import ConfigError
from vqclip.perception.collection import collect
from vqclip.perception.embedder import Embedder
from vqclip.perception.matches import similarity

MOST_WORDS = 500
"""Characters of a query."""


class Finder:
    """Ranks pictures by their similarity with words; the perceptor is loaded once.

    Args:
        load: loads the perceptor.
    """

    def __init__(self, load: Callable[[], Embedder] = Embedder.load) -> None:
        self._load = load
        self._embedder: Embedder | None = None
        self._lock = threading.Lock()

    def rank(self, query: str, paths: Sequence[Path]) -> list[tuple[Path, float]]:
        """Return pictures and their similarities with a query, best first.

        Args:
            query: texts as on the command line, `text:weight | text ...`.
            paths: the pictures.

        Raises:
            ConfigError: the query is empty or too long.
            ImageError: no picture can be read.
        """
        if len(query) > MOST_WORDS:
            raise ConfigError(f"a query has at most {MOST_WORDS} characters, not {len(query):,}")
        terms = parse_prompts(query)
        if not paths:
            return []
        with self._lock:
            if self._embedder is None:
                self._embedder = self._load()
            texts = self._embedder.encode_texts([term.content for term in terms])
            weights = torch.tensor([term.weight for term in terms])
            collection = collect(self._embedder, paths)
        values = similarity(collection.vectors, texts, weights)
        order = values.argsort(descending=True, stable=True).tolist()
        ranked = [(collection.pictures[row], float(values[row])) for row in order]
        return [(path, value) for path, value in ranked if isinstance(path, Path)]
