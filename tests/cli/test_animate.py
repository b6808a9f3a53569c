"""Films by the command line, on real, small models from disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from vqclip.film.filmreader import open_frames

SCRIPT = """
fps: 4
scenes:
  - {seconds: 0.5, prompt: a red house}
  - {seconds: 1, prompt: a fox, fade: 0.5}
motion: {zoom: 1.1, rotate: {0: 0, 1: [3, cosine]}}
steps: 1
"""


@pytest.fixture
def run(command_line) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in an empty folder: exit code, stdout, stderr."""
    return command_line


@pytest.fixture
def film(run, pair) -> Callable[..., tuple[int, str, str]]:
    """Run animate on a file of this text."""

    def call(*words: str, text: str = SCRIPT) -> tuple[int, str, str]:
        Path("story.yaml").write_text(text)
        changes = [own for own in pair if not own.startswith("steps")]
        return run("animate", "story.yaml", *changes, "first_steps=2", "-q", *words)

    return call


def test_a_script_gives_a_film_with_its_recipe_and_leaves_no_frames(film, run) -> None:
    code, out, err = film("-o", "story.webp")
    assert code == 0, err
    assert out.strip() == "story.webp"
    source = open_frames(Path("story.webp"))
    assert (source.count, source.size) == (6, (20, 16))
    assert source.seconds == pytest.approx(1.5)
    assert not Path("story.frames").exists()
    code, out, err = film("-o", "story.webp")
    assert (code, out.strip()) == (0, "story.webp")
    assert "is drawn already" in err
    code, _, err = film("-o", "story.webp", "seed=3")
    assert code == 2
    assert "already exists, and is another film" in err
    assert film("-o", "story.webp", "seed=3", "--overwrite")[0] == 0


def test_frames_are_kept_if_asked_and_the_first_is_the_picture_of_generate(film, run, pair) -> None:
    code, _, err = film("-o", "story.gif", "--frames", "kept")
    assert code == 0, err
    names = sorted(path.name for path in Path("kept").glob("*.png"))
    assert names == [f"{number:06d}.png" for number in range(6)]
    with Image.open("kept/000003.png") as image:
        recipe = json.loads(image.info["vqclip"])
    assert recipe["frame"] == 3
    assert recipe["animation"]["motion"]["zoom"] == 1.1
    words = [own for own in pair if not own.startswith("steps")]
    _, out, _ = run("generate", "a red house", *words, "steps=2", "-q")
    with Image.open(out.strip()) as picture, Image.open("kept/000000.png") as first:
        assert picture.tobytes() == first.tobytes()


def test_all_mistakes_are_said_at_once(run) -> None:
    Path("bad.yaml").write_text(
        "fps: 1000\nscens: []\nmotion: {rotate: {3: 0, 0: 3}}\ndefaults: {preset: draftt}\n"
    )
    code, _, err = run("animate", "bad.yaml", "--seeds", "x")
    assert code == 2
    for part in ("--seed", "fps: 1000", "did you mean 'scenes'", "in order of time", "'draft'"):
        assert part in err or part == "--seed"
