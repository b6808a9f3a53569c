"""The exam: the questions about a prompt, and the mistakes of its files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.painter import BALLS, EXAM
from vqclip.errors import ConfigError
from vqclip.evaluation.exam import Question, read_exam


def test_a_question_has_distractors_and_swaps() -> None:
    question = EXAM.question("a red ball")
    assert sorted(question.distractors) == ["a blue ball", "a green ball"]
    assert [swap.texts for swap in question.swaps] == [("a green ball", "a blue ball")]
    assert EXAM.distractors == 2
    short = replace(EXAM, limit=1, wanted=1)
    assert (short.texts, short.distractors) == (BALLS.texts[:1], 1)
    assert short.question("a red ball") == Question(
        "a red ball", question.distractors[:1], question.swaps
    )


def test_an_exam_names_the_mistakes_of_both_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_exam(tmp_path / "list.txt", tmp_path / "kinds.yaml", limit=None, distractors=99)
    assert len(caught.value.messages) == 2
    (tmp_path / "list.txt").write_text("a red ball\na blue ball\n")
    exam = read_exam(tmp_path / "list.txt", None, limit=None, distractors=99)
    assert [swap.attribute for swap in exam.question("a red ball").swaps] == ["color"]
