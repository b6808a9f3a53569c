"""Ranks: where a judge places a picture's own prompt among others.

R-precision with R = 1 (Xu et al. 2018, arXiv:1711.10485, section 4): a picture's own prompt and its
distractors are ranked by their cosine with the picture; a hit is a picture whose own prompt comes
first. Ties count against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from vqclip.evaluation.exam import Question


@dataclass(frozen=True)
class Verdict:
    """A judge's answer about one picture.

    Attributes:
        cosine: with its own prompt, in [-1, 1].
        rank: of its own prompt among the distractors, from 1.
        nearest: the text of highest rank.
        kept: for each swap, whether its own prompt is nearer than every text of the swap.
    """

    cosine: float
    rank: int
    nearest: str
    kept: tuple[bool, ...] = ()

    @property
    def hit(self) -> bool:
        """Whether its own prompt comes first."""
        return self.rank == 1


def rank_of(own: float, others: Tensor) -> int:
    """Return the rank of a value among others (N,), from 1; a tie or a NaN counts against it."""
    return 1 + int((~(others < own)).sum())


def answer(table: Tensor, texts: Sequence[str], questions: Sequence[Question]) -> list[Verdict]:
    """Answer one question per picture.

    Args:
        table: cosines (N, T) of pictures with texts.
        texts: T, all texts of the questions among them.
        questions: N, in the order of the pictures.
    """
    columns = {text: column for column, text in enumerate(texts)}
    verdicts = []
    for row, question in zip(table, questions, strict=True):
        own = float(row[columns[question.prompt]])
        others = row[[columns[text] for text in question.distractors]]
        rank = rank_of(own, others)
        nearest = question.prompt if rank == 1 else question.distractors[int(others.argmax())]
        kept = tuple(
            rank_of(own, row[[columns[text] for text in swap.texts]]) == 1
            for swap in question.swaps
        )
        verdicts.append(Verdict(own, rank, nearest, kept))
    return verdicts
