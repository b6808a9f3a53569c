"""The contest between several starts."""

from __future__ import annotations

import torch

from vqclip.engine.candidates import Candidates
from vqclip.engine.optim import Average


def score_of(*losses: float) -> Average:
    score = Average(torch.zeros(len(losses)), 0.8)
    score.update(torch.tensor(losses))
    return score


def test_the_smallest_loss_of_each_job_is_best() -> None:
    candidates = Candidates(each=3, steps=2)
    assert candidates.best(score_of(5, 4, 6, 1, 2, 0)).tolist() == [1, 5]
    assert candidates.best(score_of(4, 4, 6)).tolist() == [0]  # the first of equals


def test_the_first_start_leads_before_there_is_a_score() -> None:
    assert Candidates(each=3, steps=2).best(Average(torch.zeros(6), 0.8)).tolist() == [0, 3]


def test_a_loss_long_ago_counts_less() -> None:
    score = score_of(0.0, 1.0)
    for _ in range(9):
        score.update(torch.tensor([1.0, 0.5]))
    assert Candidates(each=2, steps=9).best(score).tolist() == [1]


def test_images_have_the_rows_of_all_their_starts_until_the_contest_is_decided() -> None:
    candidates = Candidates(each=2, steps=5)
    assert candidates.undecided
    assert candidates.rows([2, 0]) == [4, 5, 0, 1]
    candidates.decide()
    assert not candidates.undecided
    assert candidates.rows([2, 0]) == [2, 0]


def test_one_start_is_no_contest() -> None:
    assert not Candidates(each=1, steps=5).undecided
