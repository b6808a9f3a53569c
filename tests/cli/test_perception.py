"""The commands classify, score and search."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.discs import write_discs
from tests.tiny import write_clip
from vqclip.perception.index import FILE


@pytest.fixture
def run(command_line, monkeypatch, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in a folder with three discs: exit code, stdout, stderr."""
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    write_discs(tmp_path / "discs")
    return command_line


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = write_clip(tmp_path_factory.mktemp("cli") / "clip")
    return ["--perceptor", str(folder), "--device", "cpu"]


def test_classify_prints_an_aligned_table(run) -> None:
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


def test_classify_as_json_and_csv(run, clip, tmp_path) -> None:
    (tmp_path / "labels.txt").write_text("a cat\n\na dog, or two\n")
    words = ["classify", "discs/red.png", "--labels", "human", "--labels-file", "labels.txt", *clip]
    code, out, err = run(*words, "--json")
    assert code == 0, err
    (answer,) = json.loads(out)
    assert answer["picture"] == "discs/red.png"
    values = {one["label"]: one["probability"] for one in answer["labels"]}
    assert set(values) == {"human", "a cat", "a dog, or two"}
    assert sum(values.values()) == pytest.approx(1, abs=1e-5)
    _, out, _ = run(*words, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["label"]: float(row["probability"]) for row in rows} == pytest.approx(values)


def test_score_ranks_by_loss(run, clip) -> None:
    code, out, err = run("score", "discs", "--prompt", "a fox | fog:-0.5", *clip, "--csv")
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 6
    losses = [float(row["loss"]) for row in rows]
    assert losses == sorted(losses)
    for near, far in zip(rows[::2], rows[1::2], strict=True):
        total = float(near["distance"]) - 0.5 * float(far["distance"])
        assert float(near["loss"]) == pytest.approx(total, abs=1e-5)
    _, out, _ = run("score", "discs", "--prompt", "a fox", *clip)
    assert out.splitlines()[0] == "prompt 1: a fox"
    assert len(out.splitlines()) == 5
    _, out, _ = run("score", "discs", "--prompt", "a fox", *clip, "--json")
    assert set(json.loads(out)[0]["prompts"][0]) == {"prompt", "weight", "cosine", "distance"}


def test_search_writes_sheet_and_page_and_replaces_neither(run, tmp_path) -> None:
    (tmp_path / "discs" / "notes.txt").write_text("no picture")
    (tmp_path / "discs" / "<b>&.png").write_bytes((tmp_path / "discs" / "red.png").read_bytes())
    outputs = ["--sheet", "found.png", "--html", "found.html"]
    words = ["search", "a blue circle", "discs", "--top", "3", *outputs]
    code, out, err = run(*words)
    assert code == 0, err
    assert out.splitlines()[1].split()[::2] == ["1", "discs/below/blue.webp"]
    assert "searched 4 pictures (4 encoded now)" in err
    assert "skipped 1 that are not pictures: discs/notes.txt" in err
    with Image.open("found.png") as sheet:
        assert sheet.width > 3 * 180
    page = Path("found.html").read_text()
    assert page.count("<figure>") == 3
    assert 'href="./discs/below/blue.webp"' in page
    assert "<b>&" not in page
    assert (tmp_path / "home" / FILE).is_file()
    code, _, err = run(*words)
    assert code == 2
    assert err.count("already exists") == 2
    code, _, err = run(*words, "--overwrite")
    assert code == 0
    assert "(0 encoded now)" in err


def test_search_by_picture_alone_and_with_words(run, clip) -> None:
    code, out, err = run("search", "discs", "--image", "discs/red.png", "--json", *clip)
    assert code == 0, err
    assert json.loads(out)[0]["picture"] == "discs/red.png"
    assert json.loads(out)[0]["score"] == pytest.approx(1, abs=1e-5)
    code, out, _ = run("search", "a fox", "discs", "--image", "discs/red.png", "--csv", *clip)
    assert code == 0
    assert out.splitlines()[0] == "rank,score,picture"


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


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["classify", "discs", "--labels", "cat"], "two or more labels, and there is one"),
        (
            ["classify", "discs", "--labels-file", "gone.txt"],
            "the list of labels gone.txt cannot be read",
        ),
        (["classify", "disks", "--labels", "a,b"], "no picture or folder disks; did you mean"),
        (["classify", "discs", "--labels", "a,b", "--json", "--csv"], "exclude each other"),
        (["score", "discs", "--prompt", " "], "a prompt is empty"),
        (["score", "discs"], "there is no prompt"),
        (["search", "a fox"], "there are no pictures"),
        (["search", "a fox", "discs", "--sheet", "found.gif"], "a sheet is a file .png"),
        (["search", "a", "discs", "--sheet", "a.png", "--top", "5000"], "at most 1000"),
        (["search", "a fox", "discs", "--perceptor", "ViT-B-23:openai"], "did you mean 'ViT-B-32"),
    ],
)
def test_bad_input_is_one_sentence(run, words, part) -> None:
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert part in err
    assert "Traceback" not in err


def test_words_cut_off_are_said(run, clip) -> None:
    code, _, err = run("score", "discs", "--prompt", "word " * 20, *clip)
    assert code == 0
    assert "note: a prompt holds 14 tokens; not seen:" in err
