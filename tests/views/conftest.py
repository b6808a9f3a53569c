"""What the tests of views share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from vqclip.runs.manifest import DONE, Entry, Result
from vqclip.runs.picture import RunPicture

RESULT = Result("", 6, {}, score=0.5, seconds=1.0, begun=0, batch=1, device="cpu")
COLORS = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200)}


@pytest.fixture
def painted(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture of one color, and return its path."""

    def paint(name: str, color: str = "red", size: tuple[int, int] = (8, 8)) -> Path:
        path = tmp_path / f"{name}.png"
        Image.new("RGB", size, COLORS[color]).save(path)
        return path

    return paint


@pytest.fixture
def run_picture(painted) -> Callable[..., RunPicture]:
    """Make a picture of a run: drawn, unless it has another state."""

    def make(
        name: str,
        labels: dict[str, str],
        color: str = "red",
        *,
        state: str = DONE,
        error: str = "",
        kept: bool = True,
        **known: object,
    ) -> RunPicture:
        result = replace(RESULT, file=f"{name}.png", **known) if state == DONE else None
        return RunPicture(
            name=name,
            path=painted(name, color) if state == DONE else None,
            labels=labels,
            group=name,
            kept=kept,
            settings={"prompts": [{"text": f"a {color} star", "weight": 1}], "seed": 7},
            entry=Entry(name, state, name=name, error=error, result=result),
        )

    return make
