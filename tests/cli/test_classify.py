"""The command classify."""

from __future__ import annotations

import csv
import io
import json

import pytest


def test_an_aligned_table(run) -> None:
    code, out, err = run(
        "classify", "discs", "--labels", "red circle,green circle,blue circle", "--top", "2"
    )
    assert code == 0, err
    header, *lines = out.splitlines()
    assert header.split() == ["picture", "label", "1", "p", "label", "2", "p"]
    assert [line[: header.index("label")].strip() for line in lines] == [
        "discs/green.jpg",
        "discs/red.png",
        "discs/below/blue.webp",
    ]
    best = [line[header.index("label") :].split()[0] for line in lines]
    assert best == ["green", "red", "blue"]


def test_json_and_csv(run, clip, tmp_path) -> None:
    (tmp_path / "labels.txt").write_text("# animals\na cat\n\na dog, or two\n")
    words = ["classify", "discs/red.png", "--labels", "human", "--labels-file", "labels.txt", *clip]
    code, out, err = run(*words, "--json")
    assert code == 0, err
    (answer,) = json.loads(out)
    assert answer["picture"] == "discs/red.png"
    values = {entry["label"]: entry["probability"] for entry in answer["labels"]}
    assert set(values) == {"human", "a cat", "a dog, or two"}
    assert sum(values.values()) == pytest.approx(1, abs=1e-5)
    _, out, _ = run(*words, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["label"]: float(row["probability"]) for row in rows} == pytest.approx(values)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["discs", "--labels", "cat"], "two or more labels, and there is one"),
        (["discs", "--labels-file", "gone.txt"], "the list of labels gone.txt cannot be read"),
        (["disks", "--labels", "a,b"], "no picture or folder disks; did you mean 'discs'?"),
        (["discs", "--labels", "a,b", "--json", "--csv"], "exclude each other"),
        (["discs", "--labels", "a,b", "--template", "a"], "template: 'a' has no {}"),
    ],
)
def test_bad_input_is_a_sentence(run, words, part) -> None:
    code, out, err = run("classify", *words)
    assert code == 2
    assert out == ""
    assert part in err
    assert "Traceback" not in err
