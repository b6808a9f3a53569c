"""Queries: what `classify`, `score` and `search` share.

The command line and `vqclip.classify`, `vqclip.score` and `vqclip.search` are the same functions.
What a caller should know but need not stop for is a `UserWarning`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from vqclip.config.choices import MINI
from vqclip.config.prompt import Prompt, parse_prompt, parse_prompts
from vqclip.engine.targets import text_warnings
from vqclip.errors import Mistakes
from vqclip.perception.collection import Collection, Picture, Progress, collect
from vqclip.perception.embedder import Embedder, check_computing

if TYPE_CHECKING:
    from vqclip.models.fetch.bars import Bars


class QueryKeywords(TypedDict, total=False):
    """The keyword arguments of every query; `QueryOptions` says what they mean."""

    perceptor: str | Embedder
    device: str
    precision: str
    model_dir: str | Path | None
    bars: Bars | None
    index: bool
    progress: Progress | None


@dataclass(frozen=True)
class QueryOptions:
    """How the pictures of a query are seen.

    Attributes:
        perceptor: `mini`, an open_clip `NAME:TAG` or folder, or an embedder already loaded.
        device: auto, cpu, cuda, cuda:N or mps, for a perceptor that is to be loaded.
        precision: auto (bfloat16 on cuda), float32 or bfloat16, likewise.
        model_dir: the folder of downloaded models, likewise; None: this user's caches.
        bars: the class of the progress bars of downloads; None: silent.
        index: whether the embeddings of files are remembered.
        progress: is told how many pictures are done, and the number of all.
    """

    perceptor: str | Embedder = MINI
    device: str = "auto"
    precision: str = "auto"
    model_dir: str | Path | None = None
    bars: Bars | None = None
    index: bool = True
    progress: Progress | None = None

    def check(self) -> None:
        """Check what can be checked before the perceptor loads.

        Raises:
            ConfigError: with every mistake.
        """
        if not isinstance(self.perceptor, Embedder):
            check_computing(self.device, self.precision)

    def load(self) -> Embedder:
        """Return the perceptor, loaded.

        Raises:
            CheckpointError: it cannot be loaded.
        """
        if isinstance(self.perceptor, Embedder):
            return self.perceptor
        return Embedder.load(
            self.perceptor,
            device=self.device,
            precision=self.precision,
            model_dir=self.model_dir,
            bars=self.bars,
        )

    def collect(self, embedder: Embedder, sources: Sequence[Picture]) -> Collection:
        """Find and embed the pictures of sources.

        Raises:
            ImageError: there is no picture, or none can be read.
            OutputError: the index cannot be read or written.
        """
        return collect(embedder, sources, index=self.index, progress=self.progress)


def parse_all(texts: Sequence[str], kind: str) -> list[Prompt]:
    """Parse prompts as on the command line: texts with `|` between them, or images, one each.

    Raises:
        ConfigError: with the mistakes of all of them.
    """
    mistakes = Mistakes()
    prompts: list[Prompt] = []
    for text in texts:
        with mistakes.noted():
            # A bar may be part of a file's name.
            prompts += parse_prompts(text) if kind == "text" else [parse_prompt(text, kind=kind)]
    mistakes.check()
    return prompts


def warn_of_words(embedder: Embedder, texts: Sequence[str], *, noun: str) -> None:
    """Warn the caller of a query of words that the perceptor does not read or never learned."""
    for message in text_warnings([embedder.perceptor], texts, noun=noun):
        warnings.warn(message, stacklevel=3)
