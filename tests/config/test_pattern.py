"""Grids of large pixels and symmetries, and what does not go together."""

from __future__ import annotations

import pytest

from vqclip.config.layers import merge, parse_override
from vqclip.config.pattern import PixelGrid, pixel_grid, symmetry, turns_of
from vqclip.errors import ConfigError


def test_grids() -> None:
    assert pixel_grid("64x32") == PixelGrid(64, 32)
    assert pixel_grid(16) == PixelGrid(16, 16)
    assert merge([parse_override("pixels=32x16")]).to_dict()["pixels"] == "32x16"
    for bad in ("1x1", "big", "0", "3x", -4):
        with pytest.raises(ConfigError, match="such as 64x64"):
            pixel_grid(bad)


def test_symmetries() -> None:
    assert [symmetry(text) for text in ("x", "XY", "rotate3", "rotate  8")] == [
        *("x", "xy", "rotate 3", "rotate 8")
    ]
    assert [turns_of(text) for text in ("none", "xy", "rotate 5")] == [1, 1, 5]
    for bad in ("z", "rotate 1", "rotate 9", "rotate"):
        with pytest.raises(ConfigError, match="rotate 2 to rotate 8"):
            symmetry(bad)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["pixels=64x64", "size=32"], "64x64 large pixels do not fit into a picture of 32x32"),
        (["dither=ordered"], "no palette to mix"),
        (["losses.palette=1"], "no palette to keep to"),
        (["symmetry=rotate 3", "seamless=x"], "exclude each other"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(words: list[str], part: str) -> None:
    with pytest.raises(ConfigError, match=part) as caught:
        merge([parse_override(word) for word in words])
    assert len(caught.value.messages) == 1
