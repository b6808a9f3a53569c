"""`vqclip eval`: drawn once, continued, compared, at equal time; mistakes end with 2."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.running import invoke, stop_after
from vqclip.cli import series
from vqclip.evaluation import calibration
from vqclip.models import shipped
from vqclip.runs.pace import Pace


@pytest.fixture
def words(pair, tmp_path: Path) -> list[str]:
    """A command that evaluates three prompts with tiny models."""
    path = tmp_path / "three.txt"
    path.write_text("a red fox\na blue hen\na green sea\n")
    judge = pair[1].partition("=")[2].strip("[]")
    more = ["start.candidates=2", "--judge", judge, "--output", str(tmp_path / "run")]
    return ["eval", str(path), *pair, *more]


def drawn_of(folder: Path) -> Counter[str]:
    lines = (folder / "manifest.jsonl").read_text().splitlines()
    return Counter(entry["job"] for entry in map(json.loads, lines) if entry["state"] == "done")


def test_it_draws_compares_reports_and_continues(words, tmp_path, capsys) -> None:
    invoke([*words, "--limit", "1"])
    run = tmp_path / "run"
    assert len(drawn_of(run)) == 1
    several = [*words, "--seeds", "0,1", "--vary", "latent.levels=1", "--quiet"]
    invoke(several)
    before = {path: path.read_bytes() for path in run.glob("*_s*.png")}
    assert len(before) == 12
    said = capsys.readouterr()
    assert "R-precision" in said.out
    assert "The judge guided" in said.err
    assert "too short for 99 distractors" in said.err
    invoke([*several, "--json"])
    assert set(drawn_of(run).values()) == {1}
    assert all(path.read_bytes() == content for path, content in before.items())
    report = json.loads(capsys.readouterr().out)
    assert report == json.loads((run / "report.json").read_text())
    assert [result["setting"] for result in report["settings"]] == [
        "default",
        "default latent.levels=1",
    ]
    assert [result["judge"]["pictures"] for result in report["settings"]] == [6, 6]
    assert report["settings"][1]["config"]["latent"]["levels"] == 1
    assert all(entry["rank"] == entry["guide_rank"] for entry in report["pictures"])
    assert report["settings"][0]["seconds"] > 0
    assert "| default latent.levels=1 |" in (run / "report.md").read_text()
    with Image.open(run / "sheet.png") as sheet:
        assert sheet.width > 3 * 128


def test_pictures_of_a_folder_are_judged_by_their_recipes(words, tmp_path, capsys) -> None:
    invoke([*words, "--quiet"])
    capsys.readouterr()
    again = [*words[:2], *words[-4:-1], str(tmp_path / "again"), "--json"]
    invoke([*again, "--pictures", str(tmp_path / "run")])
    report = json.loads(capsys.readouterr().out)
    first = json.loads((tmp_path / "run" / "report.json").read_text())
    keys = ("prompt", "rank", "cosine", "file")
    expected, found = (
        [[entry[key] for key in keys] for entry in table["pictures"]] for table in (first, report)
    )
    assert found == expected
    assert not list((tmp_path / "again").glob("*_s*.png"))
    invoke([*again, "--pictures", str(tmp_path / "run"), "--preset", "draft", "steps=3"], 2)
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_dry_run_draws_nothing(words, tmp_path, capsys) -> None:
    invoke([*words, "--dry-run"])
    assert "pictures: 3" in capsys.readouterr().out
    assert not (tmp_path / "run").exists()
    invoke([*words, "--dry-run", "--budget", "9", "--vary", "latent.levels=1"])
    said = capsys.readouterr()
    assert "pictures: 6" in said.out
    assert "steps of 9 s are not measured yet: default, default latent.levels=1" in said.err


def test_a_dry_run_on_pictures_judges_nothing(words, tmp_path, capsys) -> None:
    folder = tmp_path / "painted"
    folder.mkdir()
    Image.new("RGB", (8, 8)).save(folder / "a.png")
    prompt = Path(words[1]).read_text().splitlines()[0]
    (folder / "captions.json").write_text(json.dumps({prompt: "a.png", "something else": "b.png"}))
    again = [*words[:2], "--output", str(tmp_path / "again"), "--pictures", str(folder)]
    invoke([*again, "--dry-run"])
    assert "pictures: 1 to be judged by mini-judge, 1 left out" in capsys.readouterr().out
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("judge", ["mini-jugde", "no/such/folder", "ViT-B-32:nonsense"])
def test_a_dry_run_checks_the_judge(words, capsys, judge) -> None:
    invoke([*words[:2], "--judge", judge, "--dry-run"], 2)
    assert (judge.partition(":")[2] or judge) in capsys.readouterr().err


def test_mistakes_are_sentences_all_at_once(words, tmp_path, capsys, monkeypatch) -> None:
    bad = ["--seeds", "x", "--vary", "x", "--budget", "-1", "--preset", "drft", "steps=0"]
    invoke(["eval", str(tmp_path / "none.txt"), *bad], 2)
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("vqclip: ") for line in lines)
    for part in ("none.txt", "'x' is not", "seeds are", "--budget", "did you mean 'draft'"):
        assert sum(part in line for line in lines) == 1, part
    invoke([*words[:2], "--judge", "mini-jugde"], 2)
    assert "did you mean 'mini-judge'" in capsys.readouterr().err
    monkeypatch.setitem(shipped.SHIPPED, "mini-judge", tmp_path / "nowhere")
    invoke(words[:2], 2)
    assert "the perceptor mini-judge is not in this copy" in capsys.readouterr().err
    invoke([*words, "--device", "cuda:99"], 2)
    invoke([*words, "prompts=[a fox]"], 2)
    assert "prompts is set by the file" in capsys.readouterr().err


def test_a_picture_that_failed_is_named_and_tried_again(words, tmp_path, capsys) -> None:
    invoke([*words, "--limit", "2", "start.image=" + str(tmp_path / "later.png")], 1)
    assert "later.png" in capsys.readouterr().err
    Image.new("RGB", (20, 16), (200, 30, 30)).save(tmp_path / "later.png")
    invoke([*words, "--limit", "2", "start.image=" + str(tmp_path / "later.png")])


def test_a_budget_is_kept_by_the_run(words, tmp_path, monkeypatch) -> None:
    command = [*words, "--limit", "2", "--budget", "0.5", "--at-once", "1"]
    monkeypatch.setattr(calibration, "measure", lambda *_, **__: Pace(1, 0.1, 0.2, 0.05))
    invoke(command)
    monkeypatch.setattr(calibration, "measure", lambda *_, **__: pytest.fail("measured twice"))
    invoke(command)
    (setting,) = json.loads((tmp_path / "run" / "report.json").read_text())["settings"]
    # 0.1 s to start, a step of 0.2 s while two starts compete, four of 0.05 s.
    assert setting["steps"] == setting["budget"]["steps"] == 5
    assert setting["budget"]["expected_seconds"] == 0.5
    assert set(drawn_of(tmp_path / "run").values()) == {1}


def test_a_stopped_run_continues_and_times_whole_pictures_only(
    words, tmp_path, capsys, monkeypatch
) -> None:
    command = [*words, "--at-once", "1", "--quiet"]
    # Asked before a picture and after each of its three steps: the second one is stopped.
    pressed = SimpleNamespace(is_set=stop_after(5), exit_code=130)
    with monkeypatch.context() as patch:
        patch.setattr(series, "interruptible", lambda: nullcontext(pressed))
        invoke(command, 130)
    assert "run the same command again to continue" in capsys.readouterr().err
    assert len(drawn_of(tmp_path / "run")) == 1
    invoke(command)
    assert sorted(drawn_of(tmp_path / "run").values()) == [1, 1, 1]
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert len(report["pictures"]) == 3
    whole = [entry["seconds"] is not None for entry in report["pictures"]]
    assert whole.count(False) == 1
