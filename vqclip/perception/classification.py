"""Classification: which of some labels pictures show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from vqclip.config.prompt import SLOT
from vqclip.errors import Mistakes, shown
from vqclip.perception.collection import Picture, Source, list_sources
from vqclip.perception.folders import SkippedFile
from vqclip.perception.queries import QueryKeywords, QueryOptions, warn_of_words

if TYPE_CHECKING:
    from typing_extensions import Unpack

TEMPLATE = "a photo of a {}"
"""Frame of a label."""


@dataclass(frozen=True)
class Classification:
    """The probability of each of L labels for each of N pictures.

    Attributes:
        pictures: N pictures in memory and paths, in the order they were given.
        labels: L texts.
        probabilities: (N, L), rows summing to 1.
        skipped: files that could not be read.
    """

    pictures: tuple[Picture, ...]
    labels: tuple[str, ...]
    probabilities: Tensor
    skipped: tuple[SkippedFile, ...]

    def ranked(self, row: int) -> list[tuple[str, float]]:
        """Return the labels of one picture with their probabilities, best first."""
        values, order = self.probabilities[row].sort(descending=True, stable=True)
        return [
            (self.labels[column], value)
            for column, value in zip(order.tolist(), values.tolist(), strict=True)
        ]


def classify(
    pictures: Source | Sequence[Source],
    labels: str | Sequence[str],
    *,
    templates: str | Sequence[str] = TEMPLATE,
    **keywords: Unpack[QueryKeywords],
) -> Classification:
    """Say which of some labels pictures show.

    Args:
        pictures: one or more files, folders, or pictures in memory.
        labels: two or more different texts, as a list or with commas between them.
        templates: one or more frames, each with a `{}` that takes the label; the embeddings of
            several are averaged.
        keywords: perceptor, device, precision, model_dir, bars, index, progress, as the attributes
            of `QueryOptions`.

    Returns:
        probabilities (N, L), L in the order of the labels.

    Raises:
        ConfigError: with every mistake in labels, templates, paths and options.
        CheckpointError: the perceptor cannot be loaded.
        ImageError: no picture can be read.
        OutputError: the index cannot be read or written.
    """
    options = QueryOptions(**keywords)
    texts = [text.strip() for text in (labels.split(",") if isinstance(labels, str) else labels)]
    frames = [templates] if isinstance(templates, str) else list(templates)
    mistakes = Mistakes()
    mistakes.add(*_label_mistakes(texts), *_template_mistakes(frames))
    sources: list[Picture] = mistakes.read(lambda: list_sources(pictures), [])
    mistakes.read(options.check, None)
    mistakes.check()
    embedder = options.load()
    framed = [template.replace(SLOT, text) for template in frames for text in texts]
    warn_of_words(embedder, framed, noun="a label")
    collection = options.collect(embedder, sources)
    vectors = embedder.encode_labels(texts, frames)
    table = probabilities(collection.vectors, vectors, logit_scale=embedder.perceptor.logit_scale)
    return Classification(collection.pictures, tuple(texts), table, collection.skipped)


def probabilities(pictures: Tensor, labels: Tensor, *, logit_scale: float) -> Tensor:
    """Return the probability of each label for each picture, (N, L), rows summing to 1.

    The softmax over the scaled cosine similarities. A bias, as SigLIP has, would cancel out.

    Args:
        pictures: unit vectors (N, E).
        labels: unit vectors (L, E).
        logit_scale: the perceptor's own.
    """
    return (logit_scale * pictures @ labels.T).softmax(dim=-1)


def _label_mistakes(labels: Sequence[str]) -> list[str]:
    messages = []
    if not all(labels):
        messages.append("a label is empty: there is nothing between two commas, or no text")
    repeated = [label for label in dict.fromkeys(labels) if label and labels.count(label) > 1]
    if repeated:
        messages.append(f"labels given more than once: {', '.join(map(repr, repeated))}")
    distinct = set(labels) - {""}
    if len(distinct) < 2:
        messages.append(
            "probabilities are shared among two or more labels, and there "
            f"{'is one' if distinct else 'is none'}; for one text, use score"
        )
    return messages


def _template_mistakes(templates: Sequence[str]) -> list[str]:
    messages = [
        f"template: {shown(template)} has no {SLOT} to take the label"
        for template in templates
        if SLOT not in template
    ]
    return messages if templates else ["there is no template"]
