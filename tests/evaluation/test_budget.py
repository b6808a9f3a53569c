"""Budgets: the steps that fit into a time by arithmetic, and the file that keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vqclip.errors import ConfigError, OutputError
from vqclip.evaluation.budget import Budget, read_budgets, write_budgets
from vqclip.runs.pace import Pace


def budget_of(seconds: float) -> Budget:
    return Budget.of(Pace(2, 2.0, 1.0, 0.5), seconds, tried=5, recipe="x")


def test_the_steps_of_a_budget_by_arithmetic() -> None:
    # Two pictures of 10 s each: 20 s, of which 2 s to start, 5 steps of 1 s, 26 steps of 0.5 s.
    assert (budget_of(10).steps, budget_of(10).expected) == (31, 10)
    # 9.9 s each: 25 steps of 0.5 s, and 0.3 s that are too few for another.
    assert (budget_of(9.9).steps, budget_of(9.9).expected) == (30, 9.75)
    # 2.5 s each: 3 of the first steps.
    assert (budget_of(2.5).steps, budget_of(2.5).expected) == (3, 2.5)


def test_a_time_too_short_for_one_step_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"of one step takes 1\.50 s, more than 1\.4 s"):
        budget_of(1.4)
    assert budget_of(1.5).steps == 1


def test_a_folder_keeps_budgets_and_adds_others(tmp_path: Path) -> None:
    assert read_budgets(tmp_path) == {}
    write_budgets(tmp_path, {"draft": budget_of(10), "quality": budget_of(3)})
    write_budgets(tmp_path, {"draft": budget_of(5)})
    write_budgets(tmp_path, {})
    assert read_budgets(tmp_path) == {"draft": budget_of(5), "quality": budget_of(3)}


def test_a_budget_is_written_down_with_its_times(tmp_path: Path) -> None:
    write_budgets(tmp_path, {"draft": budget_of(10)})
    assert json.loads((tmp_path / "budgets.json").read_text())["draft"] == {
        "seconds": 10,
        "steps": 31,
        "expected_seconds": 10,
        "pictures_at_once": 2,
        "start_seconds": 2,
        "trying_seconds": 1,
        "step_seconds": 0.5,
        "recipe": "x",
    }


@pytest.mark.parametrize("text", ["{", "[]", '{"draft": 3}', '{"draft": {"seconds": 3}}'])
def test_a_damaged_file_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "budgets.json").write_text(text)
    with pytest.raises(OutputError, match=r"budgets\.json is damaged"):
        read_budgets(tmp_path)
