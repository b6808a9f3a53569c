"""Ranks: where a judge places a picture's own prompt among others, and what that adds up to.

R-precision with R = 1 (Xu et al. 2018, arXiv:1711.10485, section 4): a picture's own prompt and
random others are ranked by their cosine with the picture; a hit is a picture whose own prompt comes
first. Ties count against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from vqclip.evaluation.swaps import Swap
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge


@dataclass(frozen=True)
class Drawn:
    """A picture to be judged.

    Attributes:
        setting: name of what drew it.
        prompt: what it should show.
        seed: or None, where it is not known.
        seconds: it took, or None, as for a picture that was interrupted and continued.
        steps: it took, or None.
    """

    setting: str
    prompt: str
    path: Path
    seed: int | None = None
    seconds: float | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Question:
    """What a judge is asked about the pictures of a prompt.

    Attributes:
        prompt: their own.
        others: the distractors.
        swaps: its words that have an attribute, and what they are swapped for.
    """

    prompt: str
    others: tuple[str, ...]
    swaps: tuple[Swap, ...] = ()

    def texts(self) -> Iterable[str]:
        """Every text a judge has to read."""
        yield self.prompt
        yield from self.others
        for swap in self.swaps:
            yield from swap.texts


@dataclass(frozen=True)
class Verdict:
    """What a judge says of one picture.

    Attributes:
        cosine: with its own prompt, in [-1, 1].
        rank: of its own prompt, from 1.
        best: the text it is nearest to.
        kept: for each swapped word, whether its own prompt is nearer than every other.
    """

    cosine: float
    rank: int
    best: str
    kept: tuple[bool, ...] = ()

    @property
    def hit(self) -> bool:
        """Whether its own prompt comes first."""
        return self.rank == 1


@dataclass(frozen=True)
class AttributeAccuracy:
    """How often a word is told from every other of its kind.

    Attributes:
        asked: how many words of how many pictures.
        accuracy: share of them.
        chance: the same by chance.
    """

    asked: int
    accuracy: float
    chance: float


@dataclass(frozen=True)
class Summary:
    """What the verdicts on some pictures add up to.

    Attributes:
        pictures: that were judged.
        hits: whose own prompt came first.
        r_precision: share of hits.
        standard_error: of that share, as of a binomial one.
        reciprocal_rank: mean of 1 / rank.
        cosine: mean, with the own prompt.
        attributes: accuracy by attribute.
    """

    pictures: int
    hits: int
    r_precision: float
    standard_error: float
    reciprocal_rank: float
    cosine: float
    attributes: Mapping[str, AttributeAccuracy] = field(default_factory=dict)


def rank_of(own: float, others: Tensor) -> int:
    """Rank of a value among others (N,), from 1; a tie or what is no number counts against it."""
    return 1 + int((~(others < own)).sum())


def similarities(
    perceptors: Sequence[tuple[Embedder, float]], paths: Sequence[Path], texts: Sequence[str]
) -> Tensor:
    """Cosines (N, T) of N pictures with T texts, by the weighted mean of perceptors.

    Every picture and every text is encoded once by each.

    Raises:
        ImageError: a picture cannot be read.
    """
    embedders, weights = zip(*perceptors, strict=True)
    return Judge(embedders, weights).cosines(paths, texts)


def judge(table: Tensor, texts: Sequence[str], questions: Sequence[Question]) -> list[Verdict]:
    """Answer one question per picture.

    Args:
        table: cosines (N, T).
        texts: T, among them all of the questions.
        questions: N, of the pictures in order.
    """
    at = {text: index for index, text in enumerate(texts)}
    verdicts = []
    for row, question in zip(table, questions, strict=True):
        own = float(row[at[question.prompt]])
        others = row[[at[text] for text in question.others]]
        rank = rank_of(own, others)
        best = question.prompt if rank == 1 else question.others[int(others.argmax())]
        kept = tuple(
            rank_of(own, row[[at[text] for text in swap.texts]]) == 1 for swap in question.swaps
        )
        verdicts.append(Verdict(own, rank, best, kept))
    return verdicts


def summarize(verdicts: Sequence[Verdict], questions: Sequence[Question]) -> Summary:
    """Add up the verdicts on one picture or more, given the question each one answers."""
    count = len(verdicts)
    hits = sum(one.hit for one in verdicts)
    share = hits / count
    kept: dict[str, list[tuple[bool, float]]] = {}
    for verdict, question in zip(verdicts, questions, strict=True):
        for fine, swap in zip(verdict.kept, question.swaps, strict=True):
            kept.setdefault(swap.attribute, []).append((fine, 1 / (1 + len(swap.texts))))
    return Summary(
        pictures=count,
        hits=hits,
        r_precision=share,
        standard_error=math.sqrt(share * (1 - share) / count),
        reciprocal_rank=sum(1 / one.rank for one in verdicts) / count,
        cosine=sum(one.cosine for one in verdicts) / count,
        attributes={
            name: AttributeAccuracy(
                len(answers),
                sum(fine for fine, _ in answers) / len(answers),
                sum(chance for _, chance in answers) / len(answers),
            )
            for name, answers in sorted(kept.items())
        },
    )
