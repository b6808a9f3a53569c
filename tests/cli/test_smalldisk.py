"""A small disk that is really full: a sentence, and the same bytes once there is space.

A filler leaves a few blocks free: `generate` and `series` refuse before they draw, a search does
without its index. What fills up while it is drawn is a matter of `tests/runs/test_fulldisk.py`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.discs import write_discs
from tests.tiny import write_clip

pytestmark = pytest.mark.slow
BLOCK = 4096
BLOCKS = 4096
SPACES = (0, 1, 2, 3, 5, 8, 12, 16, 24)
"""Free blocks."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of a small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={BLOCKS * BLOCK}", "tmpfs", str(folder)]
    if (
        not shutil.which("mount")
        or subprocess.run(words, check=False, capture_output=True).returncode
    ):
        pytest.skip("a small disk needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, blocks: int) -> Path:
    """Leave so many blocks free."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free // BLOCK
    filler.write_bytes(bytes(max(0, free - blocks) * BLOCK))
    return filler


def pictures_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*_s*.png")}


@pytest.mark.parametrize("blocks", SPACES)
def test_generate(
    disk: Path, pair: list[str], command_line: Callable[..., tuple[int, str, str]], blocks: int
) -> None:
    words = ["generate", "a fox", *pair, "steps=12", "output.checkpoint_every=2", "-q"]
    assert command_line(*words, "-o", "whole")[0] == 0
    filler = fill(disk, blocks)
    code, _, err = command_line(*words, "-o", str(disk / "out"))
    assert code in (0, 2), err
    assert (code == 0) == (err == "")
    assert "Traceback" not in err
    filler.unlink()
    if code:
        left = [path for path in (disk / "out").glob("*") if path.suffix != ".checkpoint"]
        assert not left
        assert command_line(*words, "-o", str(disk / "out"))[0] == 0
    assert pictures_of(disk / "out") == pictures_of(Path("whole"))


@pytest.mark.parametrize("blocks", SPACES)
def test_series(
    disk: Path,
    plan_of: Callable[..., object],
    command_line: Callable[..., tuple[int, str, str]],
    blocks: int,
) -> None:
    plan_of("jobs:\n  - {prompt: a fox, seeds: 0-3}\n", steps=8)
    words = ["series", "many.yaml", "-q", "--at-once", "1", "--checkpoint-every", "2"]
    assert command_line(*words, "-o", "whole")[0] == 0
    filler = fill(disk, blocks)
    code, _, err = command_line(*words, "-o", str(disk / "run"))
    assert code in (0, 2), err
    assert "Traceback" not in err
    assert code == 0 or str(disk) in err
    before = pictures_of(disk / "run")
    filler.unlink()
    assert command_line(*words, "-o", str(disk / "run"))[0] == 0
    after = pictures_of(disk / "run")
    assert before.items() <= after.items()
    assert after == pictures_of(Path("whole"))


@pytest.mark.parametrize("blocks", SPACES)
def test_search_does_without_an_index(
    disk: Path,
    command_line: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    blocks: int,
) -> None:
    write_discs(Path("discs"))
    clip = write_clip(Path("clip").absolute())
    words = ["search", "a red disc", "discs", "--perceptor", str(clip), "--device", "cpu", "-q"]
    expected = command_line(*words)[1]
    monkeypatch.setenv("VQCLIP_HOME", str(disk / "home"))
    filler = fill(disk, blocks)
    code, out, err = command_line(*words)
    assert (code, out) == (0, expected)
    assert err.count("\n") <= 1
    filler.unlink()
    assert command_line(*words) == (0, expected, "")
