"""Matches: the pictures nearest to words, to pictures, or to both."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.errors import ConfigError, Mistakes
from vqclip.files.images import load_image
from vqclip.files.paths import user_path
from vqclip.perception.collection import Picture, list_sources
from vqclip.perception.embedder import Embedder
from vqclip.perception.folders import SkippedFile, check_places
from vqclip.perception.queries import QueryKeywords, QueryOptions, parse_all, warn_of_words

if TYPE_CHECKING:
    from typing_extensions import Unpack

CANCELLED = 1e-5
"""Length below which a weighted sum of unit vectors counts as zero."""


@dataclass(frozen=True)
class Match:
    """A picture that was found, and its weighted mean cosine similarity with the query."""

    path: Path
    score: float


@dataclass(frozen=True)
class Matches:
    """What a search found.

    Attributes:
        matches: best first.
        searched: number of pictures that were compared.
        encoded: how many of them the index did not know.
        gone: number of files that the index knew and that no longer exist.
        skipped: files that are not pictures, or could not be read.
        copies: files left out because one of the matches has the same bytes.
    """

    matches: tuple[Match, ...]
    searched: int
    encoded: int
    gone: int
    skipped: tuple[SkippedFile, ...]
    copies: int = 0


def search(
    query: str | None,
    places: str | Path | Sequence[str | Path],
    *,
    images: str | Sequence[str] = (),
    top: int = 20,
    **keywords: Unpack[QueryKeywords],
) -> Matches:
    """Find the pictures nearest to words, to pictures, or to both.

    Args:
        query: texts as on the command line, `text:weight | text ...`, or None; a negative weight
            subtracts.
        places: one or more files and folders, searched with everything below them.
        images: pictures to be like, each `PATH` or `PATH:weight`.
        top: how many are returned at most.
        keywords: perceptor, device, precision, model_dir, bars, index, progress, as the attributes
            of `QueryOptions`.

    Returns:
        the best matches, by the weighted mean of the cosine similarities with texts and images.

    Raises:
        ConfigError: with every mistake in query, images, paths and options.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read, or one to be like cannot.
        OutputError: the index cannot be read or written.
    """
    options = QueryOptions(**keywords)
    likes = [images] if isinstance(images, str) else list(images)
    mistakes = Mistakes()
    terms: list[Prompt] = mistakes.read(lambda: _read_terms(query, likes), [])
    sources: list[Picture] = mistakes.read(lambda: list_sources(places), [])
    if top < 1:
        mistakes.add(f"top: allowed is 1 or more, not {top}")
    mistakes.read(options.check, None)
    mistakes.check()
    embedder = options.load()
    texts = [term.content for term in terms if term.kind == "text"]
    warn_of_words(embedder, texts, noun="a query")
    vectors, weights = _encode_terms(embedder, terms)
    collection = options.collect(embedder, sources)
    values = similarity(collection.vectors, vectors, weights)
    order = values.argsort(descending=True, stable=True).tolist()
    ranked = ((collection.pictures[row], float(values[row])) for row in order)
    matches, copies = _without_copies(ranked, top)
    return Matches(
        matches,
        len(collection.pictures),
        collection.encoded,
        collection.gone,
        collection.skipped,
        copies,
    )


def _without_copies(
    ranked: Iterable[tuple[Picture, float]], top: int
) -> tuple[tuple[Match, ...], int]:
    """Return the first matches of different bytes, and the number of copies among them."""
    matches: list[Match] = []
    by_size: dict[int, list[Path]] = {}
    copies = 0
    for path, value in ranked:
        if len(matches) == top:
            break
        if not isinstance(path, Path):
            continue
        with suppress(OSError):  # gone since it was read
            same_size = by_size.setdefault(path.stat().st_size, [])
            if any(filecmp.cmp(path, other, shallow=False) for other in same_size):
                copies += 1
                continue
            same_size.append(path)
        matches.append(Match(path, value))
    return tuple(matches), copies


def similarity(pictures: Tensor, terms: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted mean of the cosine similarities with T terms, (N,) in [-1, 1].

    Args:
        pictures: unit vectors (N, E).
        terms: unit vectors (T, E).
        weights: (T,), not all 0; negative weights subtract.
    """
    return (pictures @ terms.T) @ weights / weights.abs().sum()


def _read_terms(query: str | None, images: Sequence[str]) -> list[Prompt]:
    """Parse the texts of a query, then the images to be like.

    Raises:
        ConfigError: with every mistake.
    """
    mistakes = Mistakes()
    words = [] if query is None else [query]
    texts: list[Prompt] = mistakes.read(lambda: parse_all(words, "text"), [])
    likes: list[Prompt] = mistakes.read(lambda: parse_all(images, "image"), [])
    with mistakes.noted():
        check_places([user_path(like.content) for like in likes])
    if query is None and not images:
        mistakes.add("there is nothing to search for: give words, or a picture to be like")
    mistakes.check()
    return [*texts, *likes]


def _encode_terms(embedder: Embedder, terms: Sequence[Prompt]) -> tuple[Tensor, Tensor]:
    """Encode the T terms of a query, texts first: unit vectors (T, E) and weights (T,).

    Raises:
        ConfigError: nothing is left of their weighted sum.
    """
    texts = [term.content for term in terms if term.kind == "text"]
    parts = [embedder.encode_texts(texts)] if texts else []
    for term in terms:
        if term.kind == "image":
            picture = load_image(user_path(term.content))
            parts.append(embedder.encode_views(embedder.overview(picture)))
    vectors, weights = torch.cat(parts), torch.tensor([term.weight for term in terms])
    if (weights @ vectors).norm() < CANCELLED:
        raise ConfigError("the parts of the query cancel each other: nothing is left to search for")
    return vectors, weights
