"""Series: choosing, the command, kill -9, and workers that share."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from tests.running import MATRIX, draw, invoke, pictures
from vqclip.runs.picture import choose, read_pictures
from vqclip.views.sheet import make_sheets


def test_the_best_of_several_are_kept(plan_of, pair) -> None:
    judge = pair[1].partition("=")[2].strip("[]")
    text = f"candidates: 3\nkeep: 2\njudge: {judge}\nmatrix: {{subjects: [a fox, a hen]}}\n"
    run, _ = draw(plan_of(text))
    assert len(choose(run)) == 6
    assert not choose(run)
    plan, shown = read_pictures(run.plan.folder)
    assert plan["judge"] == judge
    for group in {one.group for one in shown}:
        ranked = sorted((one for one in shown if one.group == group), key=lambda one: one.rank or 0)
        assert [one.kept for one in ranked] == [True, True, False]
        assert ranked[0].score >= ranked[1].score >= ranked[2].score
        assert (run.plan.folder / f"{ranked[0].name}.png").exists()
        assert not (run.plan.folder / f"{ranked[2].name}.png").exists()
    (sheet,) = make_sheets(plan["axes"], shown)
    assert sheet.width > 2 * 192


def test_the_command_draws_shows_and_says_all(plan_of, tmp_path, capsys) -> None:
    plan_of(MATRIX + "jobs:\n  - {prompt: a sea </script>, name: sea}\n")
    words = ["series", str(tmp_path / "many.yaml"), "--output", str(tmp_path / "run")]
    invoke([*words, "--dry-run"])
    said = capsys.readouterr().out
    assert "pictures: 9" in said
    assert all(f"{name}: about" in said for name in ("time", "memory", "disk"))
    assert not (tmp_path / "run").exists()
    invoke([*words, "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["pictures_done"] == 9
    assert {"started", "step", "done"} <= {line["event"] for line in lines}
    page = (tmp_path / "run" / "gallery.html").read_text()
    assert page.count("data:image/webp;base64,") == 9
    assert page.count("</script>") == 1
    assert (tmp_path / "run" / "sheet-2.png").exists()
    invoke(["sheet", str(tmp_path / "run"), "--columns", "seed"])
    with Image.open(tmp_path / "run" / "sheet.png") as sheet:
        assert sheet.height > sheet.width
    invoke(["sheet", str(tmp_path / "run"), "--columns", "sed"], 2)
    assert "did you mean 'seed'" in capsys.readouterr().err
    invoke([*words, "--engine", "ray", "--workers", "2"], 2)
    invoke([*words, "--engine", "slurm"], 2)
    invoke([*words, "--device", "cuda:99"], 2)
    invoke([*words, "--address", "auto"], 2)


def command(tmp_path: Path, *words: str) -> list[str]:
    file, run = str(tmp_path / "many.yaml"), str(tmp_path / "run")
    return [sys.executable, "-m", "vqclip", "series", file, "--output", run, "--quiet", *words]


def test_killed_at_any_moment_it_continues(plan_of, tmp_path) -> None:
    whole = pictures(draw(plan_of(folder="whole", steps=60))[0])
    plan = plan_of(steps=60)
    manifest = tmp_path / "run" / "manifest.jsonl"
    process = subprocess.Popen(command(tmp_path, "--checkpoint-every", "5"))
    try:
        while not (manifest.exists() and manifest.read_text().count('"checkpoint"') > 8):
            assert process.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    run, events = draw(plan)
    begun = [one.facts["step"] for one in events if one.kind == "started"]
    assert begun[0] > 0
    assert pictures(run) == whole
    assert not [path for path in run.plan.folder.glob(".*") if path.name != ".locks"]


def test_workers_share_a_series_without_doing_a_picture_twice(plan_of, tmp_path) -> None:
    plan = plan_of(steps=40)  # long enough for both to be at work
    invoke([*command(tmp_path)[3:], "--workers", "2", "--at-once", "1"])
    manifest = tmp_path / "run" / "manifest.jsonl"
    lines = [json.loads(one) for one in manifest.read_text().splitlines()]
    done = [one for one in lines if one["state"] == "done"]
    assert len(done) == len({one["job"] for one in done}) == len(plan.jobs)
    assert len({one["by"] for one in lines}) == 2
    assert (tmp_path / "run" / "sheet.png").exists()
