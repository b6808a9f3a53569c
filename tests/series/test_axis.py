"""Axes: values and labels from lists, ranges, lines and tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.series.writing import node_of
from vqclip.errors import ConfigError, Mistakes
from vqclip.series.axis import Axis, label_of, read_axis, read_csv


def read(key: str, text: str, folder: Path = Path()) -> tuple[Axis, list[str]]:
    mistakes = Mistakes()
    return read_axis(key, node_of(text), folder / "x.yaml", mistakes), mistakes.messages


def labels(axis: Axis) -> list[str]:
    return [label for label, _ in axis.values]


def test_a_list_sets_its_key() -> None:
    axis, messages = read("steps", "[10, 20]")
    assert (axis.name, labels(axis), messages) == ("steps", ["10", "20"], [])
    assert [setting.value for _, layer in axis.values for setting in layer.assignments] == [
        "10",
        "20",
    ]


def test_special_keys_have_one_name() -> None:
    axis, _ = read("styles", "[none, oil, [oil, night]]")
    assert (axis.name, labels(axis)) == ("style", ["none", "oil", "oil + night"])
    assert [len(layer.styles or ()) for _, layer in axis.values] == [0, 1, 2]
    axis, _ = read("seeds", "3-5")
    assert (axis.name, labels(axis)) == ("seed", ["3", "4", "5"])
    assert [layer.seeds for _, layer in axis.values] == [(3,), (4,), (5,)]
    axis, messages = read("seeds", "[1, 3-4, 1]")
    assert (labels(axis), messages) == (["1", "3", "4"], [])


def test_lines_of_a_file_are_values_with_their_lines(tmp_path) -> None:
    (tmp_path / "subjects.txt").write_text("# animals\nfox\n\nhen\n")
    axis, _ = read("subjects", "subjects.txt", tmp_path)
    assert labels(axis) == ["fox", "hen"]
    assert [layer.origin for _, layer in axis.values] == [
        f"{tmp_path / 'subjects.txt'}, line 2",
        f"{tmp_path / 'subjects.txt'}, line 4",
    ]


def test_rows_of_a_table_are_values(tmp_path) -> None:
    (tmp_path / "looks.csv").write_text("look,steps\nwide,3\ntall,\n")
    axis, _ = read("looks", "looks.csv", tmp_path)
    assert labels(axis) == ["wide", "tall"]
    assert [[own.key for own in layer.assignments] for _, layer in axis.values] == [["steps"], []]
    assert [layer.fields["look"].value for _, layer in axis.values] == ["wide", "tall"]


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        (
            "styles",
            "oil",
            "matrix.styles: is a list, or the name of a .txt or .csv file, not 'oil'",
        ),
        ("styles", "{a: b}", "matrix.styles: is a list, or the name of a .txt or .csv file, not a"),
        ("colors", "[]", "matrix.colors: is empty, so there is nothing to draw"),
        ("colors", "[a, b, a, a]", "matrix.colors: duplicate value 'a'"),
        ("seeds", "[9-0]", "matrix.seeds: seeds are numbers and rising ranges"),
        ("subjects", "none.txt", "matrix.subjects: the list none.txt cannot be read"),
        ("subjects", "none.csv", "matrix.subjects: the table none.csv cannot be read"),
    ],
)
def test_mistakes_name_the_axis_and_the_line(key, text, message) -> None:
    _, messages = read(key, text)
    assert [found.startswith(f"x.yaml, line 1: {message}") for found in messages] == [True]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("prompt,seed\na,1,2\n", "line 2: has more cells than the first line"),
        ("prompt,seed\n", "has no rows"),
        ('prompt\n"a"b\n', "line 2: is no row of a table"),
        ("prompt,seed\na,x\n", "line 2: seed: seeds are numbers"),
    ],
)
def test_damaged_tables_are_refused(tmp_path, text, part) -> None:
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(ConfigError, match=part):
        read_csv(tmp_path / "x.csv")


def test_labels_are_short() -> None:
    assert label_of("a") == "a"
    assert label_of([]) == "none"
    assert label_of(["flip", {"name": "noise", "strength": "0.1"}]) == (
        "flip + name noise, strength 0.1"
    )
