"""What the tests of views share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

COLORS = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200)}


@pytest.fixture
def painted(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture of one color, and return its path."""

    def paint(name: str, color: str = "red", size: tuple[int, int] = (8, 8)) -> Path:
        path = tmp_path / f"{name}.png"
        Image.new("RGB", size, COLORS[color]).save(path)
        return path

    return paint
