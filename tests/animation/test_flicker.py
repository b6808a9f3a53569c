"""Flicker against closed forms."""

from __future__ import annotations

import pytest
import torch

from vqclip.animation.camera import Move, warp
from vqclip.animation.flicker import flicker


def test_known_motion_is_no_flicker_and_a_change_counts_in_levels() -> None:
    before = torch.rand(1, 3, 16, 20) * 0.8 + 0.1
    matrix = Move(zoom=1.1, rotate=5, x=3).matrix(1.25)
    after = warp(before, matrix, mode="bicubic").clamp(0, 1)
    assert flicker(before, after, matrix) == 0
    assert flicker(before, after + 2 / 255, matrix) == pytest.approx(2, abs=1e-3)


def test_what_comes_into_view_does_not_count() -> None:
    before = torch.full((1, 3, 16, 20), 0.5)
    after = before.clone()
    after[..., :5] = 1
    assert flicker(before, after, Move(x=25).matrix(1.25)) == pytest.approx(0, abs=1e-3)
    assert flicker(before, after, Move(x=-25).matrix(1.25)) > 10
    assert flicker(before, after, Move(x=200).matrix(1.25)) == 0
