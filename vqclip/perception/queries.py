"""CLIP as a tool of its own: say what is in pictures, find pictures, score them.

The command line and `vqclip.classify`, `vqclip.search`, `vqclip.score` are these functions. What a
caller should know but need not stop for is a `UserWarning`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from vqclip.config.prompt import SLOT, Prompt, parse_prompt, parse_prompts
from vqclip.engine.losses import prompt_losses, spherical_distance
from vqclip.engine.targets import encode_prompts, text_warnings
from vqclip.errors import ConfigError
from vqclip.images import load_image
from vqclip.perception.answers import Classification, Match, Matches, Scores
from vqclip.perception.collection import Progress
from vqclip.perception.embedder import Embedder, probabilities, setting_problems, similarity
from vqclip.perception.folders import missing
from vqclip.perception.sources import Source, gather, listed, source_problems

if TYPE_CHECKING:
    from vqclip.models.fetch.download import Bars

TEMPLATE = "a photo of a {}"
"""Frame of a label."""
CANCELLED = 1e-5
"""Length of a sum of unit vectors that are taken to cancel each other."""


def classify(
    pictures: Source | Sequence[Source],
    labels: str | Sequence[str],
    *,
    templates: str | Sequence[str] = TEMPLATE,
    perceptor: str | Embedder = "mini",
    device: str = "auto",
    precision: str = "auto",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
    index: bool = True,
    progress: Progress | None = None,
) -> Classification:
    """Say which of some labels pictures show.

    Args:
        pictures: one or more files, folders, or pictures in memory.
        labels: two or more different texts, as a list or with commas between them.
        templates: one or more frames with a `{}` that takes the label; the embeddings of several
            are averaged.
        perceptor: `mini`, an open_clip `NAME:TAG` or folder, or one that is loaded.
        device: as for the configuration; of a perceptor that is to be loaded.
        precision: likewise.
        model_dir: likewise, as for `Embedder.load`; so are bars.
        index: whether the embeddings of files are remembered.
        progress: is told how many pictures are done, and of how many.

    Returns:
        probabilities (N, L), L in the order of the labels.

    Raises:
        ConfigError: with every mistake in labels, templates and paths.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read.
        OutputError: the index cannot be read or written.
    """
    sources = listed(pictures)
    parts = labels.split(",") if isinstance(labels, str) else labels
    labels = [label.strip() for label in parts]
    frames = [templates] if isinstance(templates, str) else list(templates)
    problems = _label_problems(labels) + _template_problems(frames) + source_problems(sources)
    _refuse(problems + _setting_problems(perceptor, device, precision))
    embedder = _load(perceptor, device, precision, model_dir, bars)
    framed = [template.replace(SLOT, label) for template in frames for label in labels]
    _warn(text_warnings([embedder.perceptor], framed, noun="a label"))
    collection = gather(embedder, sources, index=index, progress=progress)
    vectors = embedder.labels(labels, frames)
    result = probabilities(collection.vectors, vectors, logit_scale=embedder.perceptor.logit_scale)
    return Classification(collection.pictures, tuple(labels), result, collection.skipped)


def score(
    pictures: Source | Sequence[Source],
    prompts: str | Sequence[str],
    *,
    perceptor: str | Embedder = "mini",
    device: str = "auto",
    precision: str = "auto",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
    index: bool = True,
    progress: Progress | None = None,
) -> Scores:
    """Measure how near pictures are to prompts, as the guidance does on the whole picture.

    Args:
        pictures: one or more files, folders, or pictures in memory.
        prompts: one or more, as on the command line: `text:weight | text ...`.
        perceptor: as for `classify`; so are all the others.

    Returns:
        cosines and distances (N, P), losses (N,).

    Raises:
        ConfigError: with every mistake in prompts and paths.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read.
        OutputError: the index cannot be read or written.
    """
    sources = listed(pictures)
    texts = [prompts] if isinstance(prompts, str) else list(prompts)
    parsed, problems = _parse(texts, "text")
    if not texts:
        problems.append("there is no prompt: say what the pictures are compared with")
    problems += source_problems(sources) + _setting_problems(perceptor, device, precision)
    _refuse(problems)
    embedder = _load(perceptor, device, precision, model_dir, bars)
    _warn(text_warnings([embedder.perceptor], [one.content for one in parsed], noun="a prompt"))
    collection = gather(embedder, sources, index=index, progress=progress)
    targets = encode_prompts(embedder.perceptor, [parsed], device=embedder.device)
    vectors, weights, stops = (
        part.cpu() for part in (targets.vectors, targets.weights, targets.stops)
    )
    seen = collection.vectors[:, None]  # (N, 1, E): every picture is one overview cutout
    losses = prompt_losses(seen, vectors.expand(len(seen), -1, -1), weights, stops)  # (N, P)
    return Scores(
        collection.pictures,
        tuple(parsed),
        collection.vectors @ vectors[0].T,
        spherical_distance(seen, vectors),
        losses.sum(dim=1),
        collection.skipped,
    )


def search(
    query: str | None,
    places: str | Path | Sequence[str | Path],
    *,
    images: str | Sequence[str] = (),
    top: int = 20,
    perceptor: str | Embedder = "mini",
    device: str = "auto",
    precision: str = "auto",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
    index: bool = True,
    progress: Progress | None = None,
) -> Matches:
    """Find the pictures nearest to words, to pictures, or to both.

    Args:
        query: texts as on the command line, `text:weight | text ...`, or None; a negative weight
            subtracts.
        places: one or more files and folders of pictures, searched with all that is below them.
        images: pictures to be like, each `PATH` or `PATH:weight`.
        top: how many are returned at most.
        perceptor: as for `classify`; so are all the others.

    Returns:
        the best matches, by the weighted mean of the cosine similarities with texts and images.

    Raises:
        ConfigError: with every mistake in query, images and paths.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read, or one to be like cannot.
        OutputError: the index cannot be read or written.
    """
    sources = listed(places)
    likes = [images] if isinstance(images, str) else list(images)
    terms, problems = _parse([] if query is None else [query], "text")
    alike, more = _parse(likes, "image")
    problems += more + missing([Path(one.content) for one in alike]) + source_problems(sources)
    if query is None and not likes:
        problems.append("there is nothing to search for: give words, or a picture to be like")
    if top < 1:
        problems.append(f"top: allowed is 1 or more, not {top}")
    _refuse(problems + _setting_problems(perceptor, device, precision))
    embedder = _load(perceptor, device, precision, model_dir, bars)
    _warn(text_warnings([embedder.perceptor], [one.content for one in terms], noun="a query"))
    wanted = [embedder.texts([one.content for one in terms])] if terms else []
    wanted += [_image(embedder, Path(one.content)) for one in alike]
    weights = torch.tensor([one.weight for one in (*terms, *alike)])
    vectors = torch.cat(wanted)  # (T, E)
    if (weights @ vectors).norm() < CANCELLED:
        raise ConfigError("the parts of the query cancel each other: nothing is left to search for")
    collection = gather(embedder, sources, index=index, progress=progress)
    values = similarity(collection.vectors, vectors, weights)
    best = values.argsort(descending=True, stable=True)[:top].tolist()
    found = [(collection.pictures[row], float(values[row])) for row in best]
    matches = tuple(Match(path, value) for path, value in found if isinstance(path, Path))
    return Matches(
        matches, len(collection.pictures), collection.encoded, collection.gone, collection.skipped
    )


def _setting_problems(perceptor: str | Embedder, device: str, precision: str) -> list[str]:
    return [] if isinstance(perceptor, Embedder) else setting_problems(device, precision)


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise ConfigError(problems)


def _warn(messages: Sequence[str]) -> None:
    for message in messages:
        warnings.warn(message, stacklevel=3)


def _load(
    perceptor: str | Embedder,
    device: str,
    precision: str,
    model_dir: str | Path | None,
    bars: Bars | None,
) -> Embedder:
    if isinstance(perceptor, Embedder):
        return perceptor
    return Embedder.load(
        perceptor, device=device, precision=precision, model_dir=model_dir, bars=bars
    )


def _parse(texts: Sequence[str], kind: str) -> tuple[list[Prompt], list[str]]:
    prompts: list[Prompt] = []
    problems: list[str] = []
    for text in texts:
        try:
            # A bar may be part of a file's name.
            prompts += parse_prompts(text) if kind == "text" else [parse_prompt(text, kind=kind)]
        except ConfigError as error:
            problems += error.messages
    return prompts, problems


def _label_problems(labels: Sequence[str]) -> list[str]:
    problems = []
    if not all(labels):
        problems.append("a label is empty: there is nothing between two commas, or no text")
    twice = [label for label in dict.fromkeys(labels) if label and labels.count(label) > 1]
    if twice:
        problems.append(f"labels given more than once: {', '.join(map(repr, twice))}")
    distinct = set(labels) - {""}
    if len(distinct) < 2:
        problems.append(
            "probabilities are shared among two or more labels, and there "
            f"{'is one' if distinct else 'is none'}; for one text, use score"
        )
    return problems


def _template_problems(templates: Sequence[str]) -> list[str]:
    problems = [
        f"template: {one!r} has no {SLOT} to take the label" for one in templates if SLOT not in one
    ]
    return problems if templates else ["there is no template"]


def _image(embedder: Embedder, path: Path) -> Tensor:
    return embedder.views(embedder.view(load_image(path)))  # (1, E)
