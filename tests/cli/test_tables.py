"""Tables on stdout."""

from __future__ import annotations

import json

import pytest

from vqclip.cli.tables import print_json, print_rows, print_table, style_of
from vqclip.errors import ConfigError

HEADER = ("name", "score")
ROWS = [("a fox", 0.5), ("猫", 12.25)]


def test_numbers_stand_to_the_right_and_wide_letters_count_twice(capsys) -> None:
    print_table(HEADER, ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "name    score",
        "a fox   0.500",
        "猫     12.250",
    ]


def test_a_table_without_rows_is_its_header(capsys) -> None:
    print_table(HEADER, [])
    assert capsys.readouterr().out == "name  score\n"


def test_csv_has_full_precision(capsys) -> None:
    print_rows(HEADER, [("a, b", 1 / 3)], style="csv")
    assert capsys.readouterr().out == f'name,score\n"a, b",{1 / 3}\n'


def test_any_path_is_valid_json(capsys) -> None:
    print_json(["a\udcff"])
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == ["a\udcff"]


def test_json_and_csv_exclude_each_other() -> None:
    assert [style_of(False, False), style_of(True, False), style_of(False, True)] == [
        "table",
        "json",
        "csv",
    ]
    with pytest.raises(ConfigError, match="exclude each other"):
        style_of(True, True)
