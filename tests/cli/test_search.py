"""The command search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from vqclip.cli.search import split_words
from vqclip.perception.index import FILE


def test_a_sheet_and_a_page_are_written_and_neither_is_replaced(run, tmp_path) -> None:
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
    assert page.count("data:image/webp;base64,") == 3
    assert "<title>a blue circle</title>" in page
    assert (tmp_path / "home" / FILE).is_file()
    code, _, err = run(*words)
    assert code == 2
    assert err.count("already exists") == 2
    code, _, err = run(*words, "--overwrite")
    assert code == 0
    assert "(0 encoded now)" in err


def test_pictures_alone_and_with_words(run, clip) -> None:
    code, out, err = run("search", "discs", "--image", "discs/red.png", "--json", *clip)
    assert code == 0, err
    assert json.loads(out)[0]["picture"] == "discs/red.png"
    assert json.loads(out)[0]["score"] == pytest.approx(1, abs=1e-5)
    code, out, _ = run("search", "a fox", "discs", "--image", "discs/red.png", "--csv", *clip)
    assert code == 0
    assert out.splitlines()[0] == "rank,score,picture"


def test_a_first_word_that_exists_is_a_folder_beside_an_image(tmp_path) -> None:
    folder = str(tmp_path)
    assert split_words([folder, "b"], with_image=True) == (None, [tmp_path, Path("b")])
    assert split_words(["a fox", folder], with_image=True) == ("a fox", [tmp_path])
    assert split_words([folder, "b"], with_image=False) == (folder, [Path("b")])


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["a fox"], "there are no pictures"),
        (["a fox", "discs", "--sheet", "found.gif"], "a sheet is a file .png"),
        (["a", "discs", "--sheet", "a.png", "--top", "5000"], "at most 1000"),
        (["a fox", "discs", "--perceptor", "ViT-B-23:openai"], "did you mean 'ViT-B-32"),
    ],
)
def test_bad_input_is_a_sentence(run, words, part) -> None:
    code, out, err = run("search", *words)
    assert (code, out) == (2, "")
    assert part in err
