"""Kills at random times: nothing that was finished is lost, and the same command continues.

`KILLS` of the environment sets their number; half of them are of single pictures.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.discs import write_discs
from tests.running import draw, pictures
from tests.tiny import write_clip
from vqclip.outputs import recipe as recipes
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache

KILLS = int(os.environ.get("KILLS", "60"))
pytestmark = pytest.mark.slow


def start(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "vqclip", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the processes of a crew are killed, too
    )


def kill(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill a process and those it started, at some time; return whether it still ran."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def whole(folder: Path, suffix: str) -> list[bytes]:
    """The files of a folder, each of which must be a whole picture with its recipe."""
    found = []
    for path in sorted(folder.glob(f"*{suffix}")):
        with Image.open(path) as image:
            image.load()
        recipes.read(path)
        found.append(path.read_bytes())
    return found


def timed(words: Sequence[str], folder: Path) -> float:
    begin = time.monotonic()
    process = start(words, folder)
    _, err = process.communicate()
    assert process.returncode == 0, err.decode()
    return time.monotonic() - begin


def test_generate(pair, tmp_path) -> None:
    words = ["generate", "a fox", "-q", *pair, "steps=40", "output.checkpoint_every=3"]
    seconds = timed([*words, "-o", "whole"], tmp_path)
    (picture,) = whole(tmp_path / "whole", ".png")
    generator, killed = random.Random(0), 0
    for number in range(KILLS):
        folder = tmp_path / f"part-{number}"
        at = generator.uniform(0.5, 1.05) * seconds
        killed += kill(start([*words, "-o", folder.name], tmp_path), at)
        if list(folder.glob("*.checkpoint")):
            code, err = ended(["resume", folder.name, "-q"], tmp_path)
            assert code == 0, err
        if number % 2 and not whole(folder, ".png"):  # killed before the first checkpoint
            assert ended([*words, "-o", folder.name], tmp_path)[0] == 0
        assert whole(folder, ".png") in ([], [picture])
    assert killed > KILLS / 2


def ended(words: Sequence[str], folder: Path) -> tuple[int, str]:
    process = start(words, folder)
    _, err = process.communicate()
    return process.returncode, err.decode()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_series(plan_of, tmp_path, workers: int) -> None:
    text = "jobs:\n  - {prompt: a fox, seeds: 0-5}\n"
    plan = plan_of(text, steps=20)
    expected = pictures(
        draw(plan_of(text, "whole", steps=20), cache=ModelCache("cpu"), at_once=1)[0]
    )
    words = ["series", "many.yaml", "-q", "-o", "run", "--at-once", "1", "--checkpoint-every", "3"]
    words += ["--workers", str(workers)]
    generator, killed = random.Random(workers), 0
    done: dict[str, bytes] = {}
    while killed < KILLS // 3:
        process = start(words, tmp_path)
        killed += kill(process, generator.uniform(1, 4 + 8 * workers))
        now = {path.name: path.read_bytes() for path in plan.folder.glob("*_s*.png")}
        assert done.items() <= now.items()
        done = now
        if process.returncode == 0:
            for path in list(plan.folder.glob("*_s*.png"))[::2]:
                path.unlink()  # begin again, from what is left
                done.pop(path.name)
    code, err = ended(words, tmp_path)
    assert code == 0, err
    assert pictures(RunFolder.open(plan)) == expected
    assert not [path for path in plan.folder.glob(".*") if path.name != ".locks"]


def test_index(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    write_discs(tmp_path / "discs")
    clip = write_clip(tmp_path / "clip")
    words = ["search", "a red disc", "discs", "--perceptor", str(clip), "--device", "cpu", "-q"]
    seconds = timed(words, tmp_path)
    generator, killed = random.Random(0), 0
    for number in range(KILLS // 4):
        Image.new("RGB", (32, 32), (number, 0, 0)).save(tmp_path / "discs" / f"{number}.png")
        killed += kill(start(words, tmp_path), generator.uniform(0.4, 1.0) * seconds)
    assert killed
    code, err = ended(words, tmp_path)
    assert (code, err) == (0, "")
