"""The commands of series: drawing, showing, saying what it will cost, surviving kill -9."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.running import MATRIX, draw, first_steps, invoke, pictures, stop_after
from vqclip.cli import series
from vqclip.runs.modelcache import ModelCache


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))


def command(tmp_path: Path, *words: str) -> list[str]:
    return ["series", str(tmp_path / "many.yaml"), "--output", str(tmp_path / "run"), *words]


def test_the_command_draws_and_shows_all(plan_of, tmp_path, capsys) -> None:
    plan_of(MATRIX + "jobs:\n  - {prompt: a sea </script>, name: sea}\n")
    invoke(command(tmp_path, "--json"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"started", "step", "done"} == {line["event"] for line in lines}
    assert list(lines[0]) == [
        *("event", "jobs", "step", "steps", "start"),
        *("pictures_done", "pictures_failed", "pictures"),
        "seconds_left",
    ]
    assert lines[-1]["pictures_done"] == 9
    assert lines[-1]["seconds_left"] == 0
    page = (tmp_path / "run" / "gallery.html").read_text()
    assert page.count("data:image/webp;base64,") == 9
    assert page.count("</script>") == 1
    assert (tmp_path / "run" / "sheet-2.png").exists()
    invoke(["sheet", str(tmp_path / "run"), "--columns", "seed"])
    with Image.open(tmp_path / "run" / "sheet.png") as sheet:
        assert sheet.height > sheet.width
    invoke(["sheet", str(tmp_path / "run"), "--columns", "sed"], 2)
    assert "did you mean 'seed'" in capsys.readouterr().err


def test_options_that_do_not_go_together_are_refused_at_once(plan_of, tmp_path, capsys) -> None:
    plan_of()
    invoke(command(tmp_path, "--engine", "ray", "--workers", "2", "--measure"), 2)
    said = capsys.readouterr().err
    assert "--workers: cannot be used with --engine ray" in said
    assert "--measure: needs --dry-run" in said
    invoke(command(tmp_path, "--engine", "slurm", "--address", "auto"), 2)
    said = capsys.readouterr().err
    assert "'slurm' is unknown: allowed are local, ray" in said
    assert "--address: needs --engine ray" in said
    invoke(command(tmp_path, "--device", "cuda:99", "--dry-run"), 2)
    assert "this machine has no cuda:99" in capsys.readouterr().err


def test_a_dry_run_tells_the_cost_once_it_was_measured(plan_of, tmp_path, capsys) -> None:
    plan_of()
    invoke(command(tmp_path, "--dry-run"))
    said = capsys.readouterr().out
    assert "pictures: 8, in " in said
    assert "disk: about" in said
    assert "time and memory of 8 pictures: not measured on this machine yet" in said
    invoke(command(tmp_path, "--dry-run", "--measure"))
    measured = capsys.readouterr().out
    invoke(command(tmp_path, "--dry-run"))
    again = capsys.readouterr().out
    assert again == measured
    assert all(f"\n{name}: about" in again for name in ("time", "memory", "disk"))
    assert not (tmp_path / "run").exists()


def test_a_dry_run_needs_no_torch(plan_of, tmp_path) -> None:
    plan_of()
    words = command(tmp_path, "--dry-run")
    code = (
        f"import sys; sys.argv = ['vqclip', *{words}]\n"
        "from vqclip.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'PIL', 'open_clip'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pictures: 8" in done.stdout


def test_a_run_is_remembered_for_the_next_dry_run(plan_of, tmp_path, capsys) -> None:
    plan_of("jobs:\n  - {prompt: a fox}\n")
    invoke(command(tmp_path, "--quiet"))
    invoke(command(tmp_path, "--dry-run"))
    assert "time: about 0:00:" in capsys.readouterr().out


def test_failures_are_listed_and_give_their_own_exit_code(plan_of, tmp_path, capsys) -> None:
    (tmp_path / "cut.png").write_bytes(b"no picture")
    plan_of("jobs:\n  - {prompt: a fox}\n  - {prompt: a cow, start.image: cut.png}\n")
    invoke(command(tmp_path, "--quiet"), 1)
    said = capsys.readouterr().err
    assert "failed: 1 (--retry-failed tries them again)" in said
    assert "cut.png is not a picture in a format that can be read" in said
    invoke(command(tmp_path, "--quiet", "--retry-failed"), 1)
    assert len((tmp_path / "run" / "manifest.jsonl").read_text().splitlines()) == 4


def test_an_interrupted_series_is_continued_by_the_same_command(
    plan_of, tmp_path, capsys, monkeypatch
) -> None:
    plan = plan_of()
    whole = pictures(draw(plan_of(folder="whole"), cache=ModelCache("cpu"))[0])
    with monkeypatch.context() as patch:
        pressed = SimpleNamespace(is_set=stop_after(10), exit_code=130)
        patch.setattr(series, "interruptible", lambda: nullcontext(pressed))
        invoke(command(tmp_path, "--quiet"), 130)
    assert "interrupted; run the same command again to continue" in capsys.readouterr().err
    invoke(command(tmp_path))
    said = capsys.readouterr()
    assert "8 of 8 pictures are in" in said.err
    assert str(tmp_path / "run" / "sheet.png") in said.out
    run, events = draw(plan)
    assert events == []
    assert pictures(run) == whole


def test_killed_at_any_moment_it_continues(plan_of, tmp_path) -> None:
    text = "jobs:\n  - {prompt: a fox, seeds: 0-1}\n"
    single = {"cache": ModelCache("cpu"), "at_once": 1}  # alone, since batches round otherwise
    whole = pictures(draw(plan_of(text, "whole", steps=40), **single)[0])
    plan = plan_of(text, steps=40)
    manifest = tmp_path / "run" / "manifest.jsonl"
    words = command(tmp_path, "--quiet", "--at-once", "1", "--checkpoint-every", "5")
    process = subprocess.Popen([sys.executable, "-m", "vqclip", *words])
    try:
        while not (manifest.exists() and manifest.read_text().count('"checkpoint"') > 2):
            assert process.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    run, events = draw(plan, **single)
    assert first_steps(events)[0] > 0
    assert pictures(run) == whole
    assert not [path for path in run.folder.glob(".*") if path.name != ".locks"]
