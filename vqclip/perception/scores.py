"""Scores: how near pictures are to prompts, as the guidance measures it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.engine.losses import prompt_losses, spherical_distance
from vqclip.engine.targets import encode_prompts
from vqclip.errors import Mistakes
from vqclip.perception.collection import Picture, Source, list_sources
from vqclip.perception.folders import SkippedFile
from vqclip.perception.queries import QueryKeywords, QueryOptions, parse_all, warn_of_words

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True)
class Scores:
    """How near each of N pictures is to each of P prompts.

    Attributes:
        pictures: N pictures in memory and paths, in the order they were given.
        prompts: P prompts with their weights.
        cosines: cosine similarity (N, P) in [-1, 1].
        distances: spherical distance (N, P), 0 to about 4.9: what the guidance lowers.
        losses: the guidance's loss (N,), the sum of weighted distances; the lower the better.
        skipped: files that could not be read.
    """

    pictures: tuple[Picture, ...]
    prompts: tuple[Prompt, ...]
    cosines: Tensor
    distances: Tensor
    losses: Tensor
    skipped: tuple[SkippedFile, ...]

    def ranked(self) -> list[int]:
        """Return the rows of the pictures, best first."""
        order: list[int] = self.losses.argsort(stable=True).tolist()
        return order


def score(
    pictures: Source | Sequence[Source],
    prompts: str | Sequence[str],
    **keywords: Unpack[QueryKeywords],
) -> Scores:
    """Measure how near pictures are to prompts, as the guidance does on the whole picture.

    Args:
        pictures: one or more files, folders, or pictures in memory.
        prompts: one or more, as on the command line: `text:weight | text ...`.
        keywords: perceptor, device, precision, model_dir, bars, index, progress, as the attributes
            of `QueryOptions`.

    Returns:
        cosines and distances (N, P), losses (N,).

    Raises:
        ConfigError: with every mistake in prompts, paths and options.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read.
        OutputError: the index cannot be read or written.
    """
    options = QueryOptions(**keywords)
    texts = [prompts] if isinstance(prompts, str) else list(prompts)
    mistakes = Mistakes()
    parsed: list[Prompt] = mistakes.read(lambda: parse_all(texts, "text"), [])
    if not texts:
        mistakes.add("there is no prompt: say what the pictures are compared with")
    sources: list[Picture] = mistakes.read(lambda: list_sources(pictures), [])
    mistakes.read(options.check, None)
    mistakes.check()
    embedder = options.load()
    warn_of_words(embedder, [prompt.content for prompt in parsed], noun="a prompt")
    collection = options.collect(embedder, sources)
    targets = encode_prompts(embedder.perceptor, [parsed], device=embedder.device)
    vectors, weights, stops = (
        part.cpu() for part in (targets.vectors, targets.weights, targets.stops)
    )
    seen = collection.vectors[:, None]  # (N, 1, E): each picture is one overview cutout
    losses = prompt_losses(seen, vectors.expand(len(seen), -1, -1), weights, stops)  # (N, P)
    return Scores(
        collection.pictures,
        tuple(parsed),
        collection.vectors @ vectors[0].T,
        spherical_distance(seen, vectors),
        losses.sum(dim=1),
        collection.skipped,
    )
