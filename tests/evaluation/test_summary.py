"""Figures in closed form: R-precision and its standard error, reciprocal rank, attributes."""

from __future__ import annotations

import math

import pytest

from vqclip.evaluation.exam import Question
from vqclip.evaluation.ranks import Verdict
from vqclip.evaluation.summary import AttributeAccuracy, summarize
from vqclip.evaluation.swaps import Swap

COLOR = Swap("color", "red", ("b", "c"))
SHAPE = Swap("shape", "ring", ("d",))


def test_figures_of_three_verdicts() -> None:
    verdicts = [Verdict(0.9, 1, "a"), Verdict(0.2, 2, "a"), Verdict(0.4, 4, "c")]
    summary = summarize(verdicts, [Question("a", ("b",))] * 3)
    assert (summary.pictures, summary.hits) == (3, 1)
    assert summary.r_precision == pytest.approx(1 / 3)
    assert summary.standard_error == pytest.approx(math.sqrt(2 / 27))
    assert summary.reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)
    assert summary.cosine == pytest.approx(0.5)
    assert summary.attributes == {}


def test_a_share_without_misses_has_no_error() -> None:
    summary = summarize([Verdict(0.5, 1, "a")] * 3, [Question("a", ("b",))] * 3)
    assert (summary.r_precision, summary.standard_error) == (1, 0)


def test_attributes_are_counted_by_word() -> None:
    questions = [Question("a", (), (COLOR, COLOR, SHAPE)), Question("a", (), (COLOR,))]
    verdicts = [Verdict(0.5, 1, "a", (True, False, True)), Verdict(0.5, 1, "a", (False,))]
    attributes = summarize(verdicts, questions).attributes
    assert attributes == {
        "color": AttributeAccuracy(3, pytest.approx(1 / 3), pytest.approx(1 / 3)),
        "shape": AttributeAccuracy(1, 1.0, 0.5),
    }
    assert list(attributes) == ["color", "shape"]


def test_chance_is_the_mean_over_words() -> None:
    mixed = Question("a", (), (COLOR, Swap("color", "blue", ("b", "c", "d"))))
    summary = summarize([Verdict(0.5, 1, "a", (True, True))], [mixed])
    assert summary.attributes["color"].chance == pytest.approx((1 / 3 + 1 / 4) / 2)
