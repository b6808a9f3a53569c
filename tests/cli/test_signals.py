"""Real signals to real processes: what was done is saved, the exit code tells the signal."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vqclip.outputs import recipe as recipes
from vqclip.runs.manifest import CHECKPOINT

ENDLESS = "steps=100000"
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
PATIENCE = 120


def start(folder: Path, *words: str, module: str = "vqclip") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *words], cwd=folder, stderr=subprocess.PIPE, text=True
    )


def await_it(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    """Wait until a process has come so far."""
    end = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.02)


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Send a signal; return the exit code and stderr."""
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_generate_saves_the_picture_so_far(pair, tmp_path, number: signal.Signals) -> None:
    words = ["generate", "a fox", "-q", *pair, ENDLESS, "output.trace=true"]
    process = start(tmp_path, *words)
    trace = tmp_path / "outputs" / "a-fox_s0.trace.jsonl"
    await_it(process, trace.exists)
    code, err = stop(process, number)
    assert code == SIGNALS[number]
    assert "interrupted at step" in err
    assert recipes.read(trace.parent / "a-fox_s0.png").config.steps == 100000
    names = {"a-fox_s0.png", "a-fox_s0.checkpoint", trace.name}
    assert {path.name for path in trace.parent.iterdir()} == names


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_a_series_saves_a_checkpoint(plan_of, tmp_path, workers: str) -> None:
    plan = plan_of("jobs:\n  - {prompt: a fox, seeds: 0-1}\n", steps=100000)
    words = ["series", "many.yaml", "-q", "-o", "run", "--checkpoint-every", "1"]
    process = start(tmp_path, *words, "--workers", workers, "--at-once", "1")
    manifest = plan.folder / "manifest.jsonl"
    await_it(process, lambda: manifest.exists() and f'"{CHECKPOINT}"' in manifest.read_text())
    code, err = stop(process, signal.SIGTERM)
    assert code == 143, err
    assert "interrupted; run the same command again to continue" in err
    assert list(plan.folder.glob("*.checkpoint"))
    assert not [path for path in plan.folder.glob(".*") if path.name != ".locks"]


@pytest.mark.slow
def test_eval_is_continued_by_the_same_command(pair, tmp_path) -> None:
    (tmp_path / "prompts.txt").write_text("a fox\na hen\n")
    judge = pair[1].partition("=")[2].strip("[]")
    words = ["eval", "prompts.txt", *pair, ENDLESS, "--judge", judge, "-o", "run", "-q"]
    process = start(tmp_path, *words)
    manifest = tmp_path / "run" / "manifest.jsonl"
    await_it(process, lambda: manifest.exists() and "running" in manifest.read_text())
    code, err = stop(process, signal.SIGTERM)
    assert code == 143, err
    assert "interrupted; run the same command again to continue" in err
    assert "interrupted" in manifest.read_text()


def test_where_nothing_is_saved_the_program_ends_at_once(tmp_path) -> None:
    lines = ["import time", "from vqclip.cli.console import execute, say"]
    lines += ["def wait():", "    say('ready')", "    time.sleep(60)", "execute(wait)"]
    process = subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines)], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    assert stop(process, signal.SIGTERM) == (143, "interrupted\n")
