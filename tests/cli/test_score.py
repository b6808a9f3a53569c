"""The command score."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest


def test_pictures_are_ranked_by_their_loss(run, clip) -> None:
    code, out, err = run("score", "discs", "--prompt", "a fox | fog:-0.5", *clip, "--csv")
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 6
    losses = [float(row["loss"]) for row in rows]
    assert losses == sorted(losses)
    for fox, fog in zip(rows[::2], rows[1::2], strict=True):
        total = float(fox["distance"]) - 0.5 * float(fog["distance"])
        assert float(fox["loss"]) == pytest.approx(total, abs=1e-5)


def test_a_table_and_json(run, clip) -> None:
    _, out, _ = run("score", "discs", "--prompt", "a fox", *clip)
    prompt, header, *lines = out.splitlines()
    assert prompt == "prompt 1: a fox"
    assert header.split() == ["loss", "cosine", "1", "distance", "1", "picture"]
    _, out, _ = run("score", "discs", "--prompt", "a fox", *clip, "--json")
    answers = json.loads(out)
    assert [line.split()[-1] for line in lines] == [answer["picture"] for answer in answers]
    (measures,) = answers[0]["prompts"]
    assert set(measures) == {"prompt", "weight", "cosine", "distance"}
    assert answers[0]["loss"] == pytest.approx(measures["distance"])


def test_a_named_file_that_is_broken_is_exit_code_1(run, clip, tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    words = ["score", "broken.png", "discs/red.png", "--prompt", "a fox", "--no-index", *clip]
    code, out, err = run(*words)
    assert code == 1
    assert "discs/red.png" in out
    assert "skipped broken.png: not a picture" in err
    assert not (tmp_path / "home").exists()


def test_names_that_cannot_be_printed(run, clip, tmp_path) -> None:
    os.symlink(tmp_path / "discs" / "red.png", os.fsencode(tmp_path / "discs") + b"/a\xff\n.png")
    for style in ([], ["--json"], ["--csv"]):
        code, out, err = run("score", "discs", "--prompt", "a fox", *style, *clip)
        assert code == 0, err
        assert out.encode("utf-8")


def test_words_cut_off_are_said(run, clip) -> None:
    code, _, err = run("score", "discs", "--prompt", "word " * 20, *clip)
    assert code == 0
    assert "note: a prompt holds 14 tokens; not seen:" in err


@pytest.mark.parametrize(
    ("words", "part"),
    [(["--prompt", " "], "a prompt is empty"), ([], "there is no prompt")],
)
def test_bad_input_is_a_sentence(run, words, part) -> None:
    code, out, err = run("score", "discs", *words)
    assert (code, out) == (2, "")
    assert part in err
