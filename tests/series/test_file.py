"""The series file as it is read, before anything is multiplied."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from vqclip.errors import ConfigError, Mistakes
from vqclip.series.file import SeriesFile, read_series


def read(folder: Path, text: str) -> tuple[SeriesFile, list[str]]:
    path = folder / "many.yaml"
    path.write_text(dedent(text))
    mistakes = Mistakes()
    series = read_series(path, mistakes)
    return series, [message.replace(f"{folder}/", "") for message in mistakes.messages]


def test_every_part_is_read_with_its_line(tmp_path) -> None:
    series, messages = read(
        tmp_path,
        """\
        name: seasons
        defaults: {steps: 5}
        matrix:
          subjects: [fox, hen]
          cutouts: {count: [8, 16]}
          exclude: [{subject: fox, cutouts.count: [8, 16]}]
          include: [{subject: cow, steps: 30}]
        jobs: [{prompt: a sea, name: the sea}]
        candidates: 3
        keep: 2
        judge: mini-judge
        """,
    )
    assert messages == []
    assert (series.name, series.candidates, series.keep, series.judge) == (
        "seasons",
        3,
        2,
        "mini-judge",
    )
    assert series.lines["jobs"] == f"{tmp_path}/many.yaml, line 8"
    assert [axis.name for axis in series.axes] == ["subjects", "cutouts.count"]
    (rule,) = series.exclude
    assert rule.wanted == {"subjects": ("fox",), "cutouts.count": ("8", "16")}
    (included,) = series.include
    assert included.labels == {"subjects": "cow"}
    assert [layer.name for layer in series.jobs] == ["the sea"]
    assert [layer.origin.rpartition(" ")[2] for layer in series.layers()] == list("2445578")


def test_a_short_file_has_the_usual_parts(tmp_path) -> None:
    series, messages = read(tmp_path, "defaults: {prompt: a}")
    assert messages == []
    assert (series.name, series.candidates, series.keep, series.judge) == ("many", 1, 1, None)
    assert (series.axes, series.jobs) == ((), ())


def test_jobs_may_be_a_table(tmp_path) -> None:
    (tmp_path / "more.csv").write_text("prompt,seed\na,7\n")
    series, _ = read(tmp_path, "jobs: more.csv")
    assert [layer.seeds for layer in series.jobs] == [(7,)]
    (tmp_path / "more.csv").write_text("prompt,seed\na,1,2\n")
    _, messages = read(tmp_path, "jobs: more.csv")
    assert messages == [
        "many.yaml, line 1: jobs: more.csv, line 2: has more cells than the first line"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nmae: x", "line 1: unknown key 'nmae': allowed are name, defaults, "),
        ("name: [a]", "line 1: name: is one value"),
        ("name: ../x", "line 1: name: is the name of a folder, not '../x'"),
        ("name: .x", "line 1: name: is the name of a folder, not '.x'"),
        ("candidates: 0", "line 1: candidates: allowed is a number from 1 to 1000, not '0'"),
        ("candidates: many", "line 1: candidates: allowed is a number from 1 to 1000, not 'many'"),
        ("keep: 2", "line 1: keep: is above candidates"),
        ("judge: ''", "line 1: judge: is one value"),
        ("matrix: [1]", "line 1: matrix: is a table of axes"),
        ("matrix: {exclude: 3}", "line 1: exclude: is a list of tables"),
        ("matrix: {exclude: [3]}", "line 1: exclude: is a table of axes and values"),
        ("matrix: {steps: [1], exclude: [{stpes: 1}]}", "line 1: exclude: unknown axis 'stpes'"),
        ("jobs: 3", "line 1: jobs: is a list of tables"),
        ("jobs: [3]", "line 1: a table of keys and values is needed, not '3'"),
        ("defaults: {}\ndefaults: {}", "line 2: duplicate key 'defaults'"),
    ],
)
def test_mistakes_name_the_line_and_the_key(tmp_path, text, message) -> None:
    _, messages = read(tmp_path, text)
    assert [found.startswith(f"many.yaml, {message}") for found in messages] == [True]


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "is empty: a series has name"), ("- a", "not a table"), ("a: [", "YAML")],
)
def test_what_is_no_table_is_refused(tmp_path, text, part) -> None:
    with pytest.raises(ConfigError, match=part):
        read(tmp_path, text)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_series(tmp_path / "missing.yaml", Mistakes())
