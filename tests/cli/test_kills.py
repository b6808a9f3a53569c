"""Kills at random times: nothing that was finished is lost, and the same command continues.

`KILLS` of the environment sets their number: so many of single pictures, as many of series, half as
many of a search.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.discs import write_discs
from tests.nursery import Nursery
from tests.running import draw, pictures
from tests.tiny import write_clip
from vqclip.outputs import recipe as recipes
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache

KILLED = -signal.SIGKILL
KILLS = int(os.environ.get("KILLS", "60"))
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def whole(folder: Path, suffix: str) -> list[bytes]:
    """The files of a folder, each of which must be a whole picture with its recipe."""
    found = []
    for path in sorted(folder.glob(f"*{suffix}")):
        with Image.open(path) as image:
            image.load()
        recipes.read(path)
        found.append(path.read_bytes())
    return found


def done(nursery: Nursery, words: Sequence[str], folder: Path) -> float:
    """Run a command to its end, and return the seconds that it took."""
    begin = time.monotonic()
    code = nursery.run(words, folder)
    assert code == 0, (folder / "stderr.txt").read_text()
    return time.monotonic() - begin


def test_generate(pair, tmp_path, nursery) -> None:
    words = ["generate", "a fox", "-q", *pair, "steps=40", "output.checkpoint_every=3"]
    seconds = done(nursery, [*words, "-o", "whole"], tmp_path)
    (picture,) = whole(tmp_path / "whole", ".png")
    generator, killed = random.Random(0), 0
    for number in range(KILLS):
        folder = tmp_path / f"part-{number}"
        at = generator.uniform(0.05, 1.05) * seconds
        killed += nursery.run([*words, "-o", folder.name], tmp_path, seconds=at) == KILLED
        if list(folder.glob("*.checkpoint")):
            done(nursery, ["resume", folder.name, "-q"], tmp_path)
        if number % 2 and not whole(folder, ".png"):  # killed before the first checkpoint
            done(nursery, [*words, "-o", folder.name], tmp_path)
        assert whole(folder, ".png") in ([], [picture])
    assert killed > KILLS / 2


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_series(plan_of, tmp_path, nursery, workers: int) -> None:
    text = "jobs:\n  - {prompt: a fox, seeds: 0-5}\n"
    plan = plan_of(text, steps=20)
    expected = pictures(
        draw(plan_of(text, "whole", steps=20), cache=ModelCache("cpu"), at_once=1)[0]
    )
    words = ["series", "many.yaml", "-q", "-o", "run", "--at-once", "1", "--checkpoint-every", "3"]
    words += ["--workers", str(workers)]
    generator, killed = random.Random(workers), 0
    before: dict[str, bytes] = {}
    while killed < KILLS // 3:
        at = generator.uniform(0.2, 2 + 8 * (workers > 1) * workers)
        code = nursery.run(words, tmp_path, seconds=at)
        killed += code == KILLED
        now = {path.name: path.read_bytes() for path in plan.folder.glob("*_s*.png")}
        assert before.items() <= now.items()
        before = now
        if code == 0:
            for path in list(plan.folder.glob("*_s*.png"))[::2]:
                path.unlink()  # begin again, from what is left
                before.pop(path.name)
    # A kill in mid-write leaves a temporary file, which is removed once it is ten minutes old.
    for path in plan.folder.glob(".*.part"):
        os.utime(path, (0, 0))
    done(nursery, words, tmp_path)
    assert pictures(RunFolder.open(plan)) == expected
    assert not [path for path in plan.folder.glob(".*") if path.name != ".locks"]


def test_index(tmp_path, nursery) -> None:
    write_discs(tmp_path / "discs")
    clip = write_clip(tmp_path / "clip")
    words = ["search", "a red disc", "discs", "--perceptor", str(clip), "--device", "cpu", "-q"]
    seconds = done(nursery, words, tmp_path)
    generator, killed = random.Random(0), 0
    for number in range(KILLS // 2):
        Image.new("RGB", (32, 32), (number, 0, 0)).save(tmp_path / "discs" / f"{number}.png")
        at = generator.uniform(0.1, 1.0) * seconds
        killed += nursery.run(words, tmp_path, seconds=at) == KILLED
    assert killed
    done(nursery, words, tmp_path)
    assert (tmp_path / "stderr.txt").read_text() == ""
