"""What the verdicts on pictures add up to: R-precision, mean reciprocal rank, attributes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vqclip.evaluation.exam import Question
from vqclip.evaluation.ranks import Verdict


@dataclass(frozen=True)
class AttributeAccuracy:
    """How often a judge distinguishes a word from every other word of its kind.

    Attributes:
        asked: number of words, over all pictures.
        accuracy: share of the words that were distinguished.
        chance: the share expected by chance.
    """

    asked: int
    accuracy: float
    chance: float


@dataclass(frozen=True)
class Summary:
    """What the verdicts on some pictures add up to.

    Attributes:
        pictures: number of pictures that were judged.
        hits: number of pictures whose own prompt came first.
        r_precision: share of hits.
        standard_error: of that share, as of a binomial one.
        reciprocal_rank: mean of 1 / rank.
        cosine: mean cosine with the own prompt.
        attributes: accuracy by attribute.
    """

    pictures: int
    hits: int
    r_precision: float
    standard_error: float
    reciprocal_rank: float
    cosine: float
    attributes: Mapping[str, AttributeAccuracy] = field(default_factory=dict)


def summarize(verdicts: Sequence[Verdict], questions: Sequence[Question]) -> Summary:
    """Add up verdicts, one or more, given the question that each one answers."""
    count = len(verdicts)
    hits = sum(verdict.hit for verdict in verdicts)
    share = hits / count
    return Summary(
        pictures=count,
        hits=hits,
        r_precision=share,
        standard_error=math.sqrt(share * (1 - share) / count),
        reciprocal_rank=sum(1 / verdict.rank for verdict in verdicts) / count,
        cosine=sum(verdict.cosine for verdict in verdicts) / count,
        attributes=_accuracies(verdicts, questions),
    )


def _accuracies(
    verdicts: Sequence[Verdict], questions: Sequence[Question]
) -> dict[str, AttributeAccuracy]:
    kept: dict[str, list[bool]] = {}
    chances: dict[str, list[float]] = {}
    for verdict, question in zip(verdicts, questions, strict=True):
        for preferred, swap in zip(verdict.kept, question.swaps, strict=True):
            kept.setdefault(swap.attribute, []).append(preferred)
            chances.setdefault(swap.attribute, []).append(1 / (1 + len(swap.texts)))
    return {
        name: AttributeAccuracy(
            len(kept[name]),
            sum(kept[name]) / len(kept[name]),
            sum(chances[name]) / len(chances[name]),
        )
        for name in sorted(kept)
    }
