"""Interrupted runs of the command line: saved, continued, and nothing is lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.running import stop_after
from vqclip.cli import drawing
from vqclip.config import values
from vqclip.outputs.claims import Claims


@pytest.fixture
def run(command_line) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in an empty folder: exit code, stdout, stderr."""
    return command_line


def interrupt(patch: pytest.MonkeyPatch, after: int) -> None:
    """Have Ctrl-C pressed after so many questions; there is one a step, and one in the end."""
    pressed = SimpleNamespace(is_set=stop_after(after), exit_code=130)
    patch.setattr(drawing, "interruptible", lambda: nullcontext(pressed))


def test_an_interrupted_run_is_saved_and_continued_to_the_byte(run, pair, monkeypatch) -> None:
    run("generate", "a fox", "-q", *pair, "steps=6", "-o", "whole")
    with monkeypatch.context() as patch:
        interrupt(patch, after=2)
        code, _, err = run("generate", "a fox", "-q", *pair, "steps=6", "-o", "part")
    assert code == 130
    assert "interrupted at step 3" in err
    picture = Path("part/a-fox_s0.png")
    assert picture.is_file()
    code, out, err = run("resume", "part", "-q")
    assert (code, Path(out.strip())) == (0, picture), err
    assert picture.read_bytes() == Path("whole/a-fox_s0.png").read_bytes()
    assert [path.name for path in Path("part").iterdir()] == [picture.name]


def interrupted(run, pair, monkeypatch, prompt: str, folder: str) -> Path:
    """The picture of an interrupted run, with its checkpoint."""
    with monkeypatch.context() as patch:
        interrupt(patch, after=1)
        run("generate", prompt, "-q", *pair, "-o", folder)
    return next(Path(folder).glob("*.png"))


def test_a_broken_checkpoint_does_not_keep_the_others_back(run, pair, monkeypatch) -> None:
    first = interrupted(run, pair, monkeypatch, "a fox", "part")
    interrupted(run, pair, monkeypatch, "a hen", "other")
    second = Path("other/a-hen_s0.png").rename("part/a-hen_s0.png")
    Path("other/a-hen_s0.checkpoint").rename("part/a-hen_s0.checkpoint")
    first.with_suffix(".checkpoint").write_bytes(b"PK broken")
    code, out, err = run("resume", "part", "-q")
    assert (code, Path(out.strip())) == (2, second)
    assert "a-fox_s0.checkpoint is not a readable checkpoint" in err
    assert "weights_only" not in err


def test_resume_replaces_no_other_picture(run, pair, monkeypatch) -> None:
    picture = interrupted(run, pair, monkeypatch, "a fox", "part")
    Image.new("RGB", (4, 4)).save(picture)
    before = picture.read_bytes()
    code, _, err = run("resume", "part", "-q")
    assert code == 2
    assert "a-fox_s0.png already exists, and is not the picture that would be written" in err
    assert picture.read_bytes() == before


def test_two_runs_of_one_prompt_lose_no_picture(run, pair, monkeypatch) -> None:
    claims = Claims(Path("outputs"), hidden=True)
    Path("outputs").mkdir()
    assert claims.take("a-fox_s0")  # as a second process would
    code, out, _ = run("generate", "a fox", "-q", *pair)
    assert (code, out) == (0, "outputs/a-fox_s0-2.png\n")


def test_a_checkpoint_is_continued_by_one_process(run, pair, monkeypatch) -> None:
    picture = interrupted(run, pair, monkeypatch, "a fox", "part")
    claims = Claims(Path("part"), hidden=True)
    assert claims.take(picture.stem)  # as a second process would
    code, out, err = run("resume", "part", "-q")
    assert (code, out) == (2, "")
    assert "a-fox_s0.checkpoint is being drawn by another process" in err
    claims.give_all_back()
    assert run("resume", "part", "-q")[:2] == (0, f"{picture}\n")


@pytest.mark.parametrize(("after", "left"), [(0, "not started: seeds 4, 5"), (4, None)])
def test_seeds_that_were_not_begun_are_named(run, pair, monkeypatch, after, left) -> None:
    interrupt(monkeypatch, after)
    code, _, err = run("generate", "a fox", "-q", *pair, "--seeds", "0-5")
    assert code == 130
    assert "interrupted at step 1" in err
    assert left in err if left else "not started" not in err


def test_a_run_that_is_interrupted_in_its_last_step_is_finished(run, pair, monkeypatch) -> None:
    interrupt(monkeypatch, after=2)
    code, out, _ = run("generate", "a fox", "-q", *pair)
    assert (code, out) == (130, "outputs/a-fox_s0.png\n")


def test_a_loss_that_is_not_finite_keeps_the_last_picture(run, pair, monkeypatch) -> None:
    monkeypatch.setattr(values, "MOST_NUMBER", math.inf)
    # Beyond single precision in the last step.
    weight = "losses.total_variation={0: 0, 0.5: 0, 0.6: 1e39}"
    code, _, err = run("generate", "a fox", "-q", *pair, weight)
    assert code == 2
    assert "is not finite at step 3" in err
    assert "saved outputs/a-fox_s0.png" in err
    assert Path("outputs/a-fox_s0.png").is_file()
