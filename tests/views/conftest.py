"""What the tests of views share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from vqclip.runs.picture import Shown

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
def run_picture(painted) -> Callable[..., Shown]:
    """Make a picture of a run: drawn, unless it has another state."""

    def make(name: str, labels: dict[str, str], color: str = "red", **facts: object) -> Shown:
        state = str(facts.pop("state", "done"))
        rank = facts.pop("rank", None)
        return Shown(
            name=name,
            path=painted(name, color) if state == "done" else None,
            labels=labels,
            group=name,
            state=state,
            rank=rank,
            kept=bool(facts.pop("kept", True)),
            settings={"prompts": [{"text": f"a {color} star", "weight": 1}], "seed": 7},
            facts=facts,
        )

    return make
