"""What the tests of perception share: a home of their own, and perceptors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny import TinyPerceptor, write_clip
from vqclip.perception.embedder import Embedder


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path: Path) -> Path:
    """The folder of the user's index, which does not exist yet."""
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real, small CLIP."""
    return write_clip(tmp_path_factory.mktemp("perception") / "clip")


@pytest.fixture(scope="session")
def mini() -> Embedder:
    return Embedder.load("mini", device="cpu")


@pytest.fixture
def tiny() -> Embedder:
    return Embedder(TinyPerceptor(), "tiny")
