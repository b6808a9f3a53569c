"""Patterns have the colors and the directions of their captions."""

from __future__ import annotations

import random

import pytest
import torch

from tests.world.seeing import like, pixels
from vqclip.world.colors import COLORS
from vqclip.world.patterns import PATTERNS, RAINBOW, pattern

SIZE = 64


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - {"gradient", "rainbow"}))
def test_a_pattern_has_both_its_colors(name: str) -> None:
    for seed in range(4):
        image, caption = pattern(SIZE, random.Random(seed), name)
        shares = [like(image, word).float().mean() for word in caption.split() if word in COLORS]
        assert len(shares) == 2
        assert min(shares) > 0.1, caption


def test_a_gradient_goes_from_its_first_color_to_its_second() -> None:
    for seed in range(4):
        image, caption = pattern(SIZE, random.Random(seed), "gradient")
        first, second = [word for word in caption.split() if word in COLORS]
        for corner, color in ((pixels(image)[2, 2], first), (pixels(image)[-3, -3], second)):
            assert (corner - torch.tensor(COLORS[color])).abs().max() < 32, caption


def test_a_rainbow_has_its_colors_from_top_to_bottom() -> None:
    image, caption = pattern(SIZE, random.Random(0), "rainbow")
    assert caption == "rainbow stripes"
    rows = [like(image, color).any(dim=1).nonzero().float().mean() for color in RAINBOW]
    assert rows == sorted(rows)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_changes_in_the_direction_of_its_caption_alone(name: str) -> None:
    for seed in range(4):
        image, caption = pattern(SIZE, random.Random(seed), name)
        down, across = (pixels(image).std(dim=axis).max() for axis in (0, 1))
        flat = caption.startswith("horizontal") or "rainbow" in caption or "to bottom" in caption
        assert (across == 0) == flat, caption
        assert (down == 0) == (caption.startswith("vertical") or "to right" in caption), caption
