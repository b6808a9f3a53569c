"""Ranks of a known table: ties and NaNs count against a picture."""

from __future__ import annotations

import math

import pytest
import torch

from vqclip.evaluation.exam import Question
from vqclip.evaluation.ranks import Verdict, answer, rank_of
from vqclip.evaluation.swaps import Swap


@pytest.mark.parametrize(
    ("own", "others", "rank"),
    [
        (0.5, [0.1, 0.4], 1),
        (0.5, [0.5, 0.4], 2),
        (0.5, [0.6, 0.5, 0.7], 4),
        (0.5, [math.nan], 2),
        (math.nan, [0.1, 0.2], 3),
        (0.5, [], 1),
    ],
)
def test_a_rank_counts_what_is_not_below(own: float, others: list[float], rank: int) -> None:
    assert rank_of(own, torch.tensor(others)) == rank


def test_each_picture_answers_its_own_question() -> None:
    table = torch.tensor([[0.9, 0.1, 0.2, 0.9], [0.3, 0.2, 0.1, 0.0], [0.1, 0.2, 0.4, 0.0]])
    questions = [Question("a", ("b", "c")), Question("b", ("a", "c")), Question("c", ("a", "b"))]
    assert answer(table, ["a", "b", "c", "d"], questions) == [
        Verdict(pytest.approx(0.9), 1, "a"),
        Verdict(pytest.approx(0.2), 2, "a"),
        Verdict(pytest.approx(0.4), 1, "c"),
    ]


def test_a_tie_is_a_miss() -> None:
    table = torch.tensor([[0.9, 0.1, 0.9]])
    (verdict,) = answer(table, ["a", "b", "c"], [Question("a", ("b", "c"))])
    assert (verdict.hit, verdict.rank, verdict.nearest) == (False, 2, "c")


def test_a_word_is_kept_where_every_other_of_its_kind_is_farther() -> None:
    question = Question("a", (), (Swap("x", "1", ("b", "c")), Swap("y", "2", ("d",))))
    assert list(question.texts()) == ["a", "b", "c", "d"]
    table = torch.tensor([[0.5, 0.1, 0.6, 0.4], [0.5, 0.1, 0.2, 0.5]])
    verdicts = answer(table, ["a", "b", "c", "d"], [question, question])
    assert [verdict.kept for verdict in verdicts] == [(False, True), (True, False)]
