"""What the tests of commands share: a folder with three discs, and a small perceptor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.discs import write_discs
from tests.tiny import write_clip


@pytest.fixture
def run(command_line, monkeypatch, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in a folder with three discs: exit code, stdout, stderr."""
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    write_discs(tmp_path / "discs")
    return command_line


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options that name a real, small CLIP on disk."""
    folder: Path = write_clip(tmp_path_factory.mktemp("cli") / "clip")
    return ["--perceptor", str(folder), "--device", "cpu"]
