"""The report to be read: tables with hyphens for the unknown, notes, misses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.painter import BALLS, EXAM, paint
from vqclip.evaluation.budget import Budget
from vqclip.evaluation.comparison import Setting, make_settings
from vqclip.evaluation.examination import JudgedPicture
from vqclip.evaluation.markdown import (
    HEADER,
    attribute_rows,
    notes,
    setting_rows,
    to_markdown,
    write_report,
)
from vqclip.evaluation.ranks import Verdict
from vqclip.evaluation.report import Report
from vqclip.runs.pace import Pace


def report_of(folder: Path, **seconds: float | None) -> Report:
    """A report of a hit and a miss for each setting, with the seconds of its pictures."""
    pictures = []
    for setting, taken in seconds.items():
        for prompt, rank in (("a red ball", 1), ("a blue ball", 2)):
            sample = replace(paint(folder, prompt, "red", seconds=taken), setting=setting)
            verdict = Verdict(0.25, rank, "a red ball", (rank == 1,))
            pictures.append(JudgedPicture(sample, EXAM.question(prompt), verdict))
    exam = replace(EXAM, wanted=2)
    return Report(exam, "colors", "hash", "cpu", {}, {}, pictures)


def test_a_row_of_a_setting(tmp_path: Path) -> None:
    (row,) = setting_rows(report_of(tmp_path, painter=2.5))
    error = pytest.approx(0.5 / 2**0.5)
    assert row == ("painter", 0.5, error, 0.75, 0.25, None, None, None, None, 2.5, None)
    assert len(row) == len(HEADER)


def test_a_row_of_an_attribute(tmp_path: Path) -> None:
    header, rows = attribute_rows(report_of(tmp_path, first=None, second=None))
    assert header == ("attribute", "words", "chance", "first", "second")
    assert rows == [("color", 2, pytest.approx(1 / 3), 0.5, 0.5)]


def test_markdown_has_tables_notes_and_misses(tmp_path: Path) -> None:
    lines = to_markdown(report_of(tmp_path, **{"a|b": 2.5})).splitlines()
    assert lines[0] == "# Evaluation of balls"
    assert r"| a\|b | 0.500 | 0.354 | 0.750 | 0.250 | - | - | - | - | 2.500 | - |" in lines
    assert "| color | 2 | 0.333 | 0.500 |" in lines
    assert lines[lines.index("## Misses") + 4 :] == [r"| a\|b | a blue ball | - | 2 | a red ball |"]


def test_one_note_says_what_was_asked(tmp_path: Path) -> None:
    (note,) = notes(report_of(tmp_path, painter=2.5))
    assert note == (
        "Pictures: 2; judge: colors; distractors of each prompt: 2; share of hits by chance: 0.333."
        " Ties count as misses."
    )


def test_notes_of_what_makes_figures_doubtful(tmp_path: Path) -> None:
    (setting,) = make_settings(presets=["draft"])
    (judge,) = setting.config.perceptor_weights()
    report = replace(
        report_of(tmp_path, draft=2.5),
        exam=replace(EXAM, prompts=replace(BALLS, texts=BALLS.texts[:2])),
        judge=judge,
        unknown_words={"a grok": ("grok",), "a zax": ("zax", "grok")},
        left_out=["late"],
        settings=[setting],
    )
    assert list(notes(report))[1:] == [
        "The list is too short for 99 distractors.",
        "The judge guided draft: its verdict flatters them.",
        "Words of the prompts that the judge never learned: grok, zax.",
        "Pictures that are in no figure, since they failed or have other prompts: 1.",
    ]


def test_a_time_that_differs_from_the_budget_is_noted(tmp_path: Path) -> None:
    budget = Budget(6.0, 9, 6.0, Pace(1, 0, 1, 1), "x")
    (setting,) = make_settings(presets=["draft"])
    settings = [Setting(name, setting.config, budget) for name in ("early", "near", "late")]
    report = replace(report_of(tmp_path, early=5.3, near=6.5, late=6.7), settings=settings)
    equal, *uneven = list(notes(report))[1:]
    assert equal.startswith("Equal time: each setting has as many steps as take 6 s a picture")
    assert [note.split(" s a picture")[0] for note in uneven] == [
        "early took 5.30",
        "late took 6.70",
    ]


def test_both_files_are_written(tmp_path: Path) -> None:
    report = report_of(tmp_path, painter=2.5)
    paths = write_report(tmp_path / "run", report)
    assert [path.name for path in paths] == ["report.json", "report.md"]
    assert json.loads(paths[0].read_text()) == json.loads(json.dumps(report.to_dict()))
    assert paths[1].read_text() == to_markdown(report)
