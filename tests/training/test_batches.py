"""Batches depend on the seed, the step and the stock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.pairs import TINY_CLIP, stock_of, write_colors
from vqclip.training.perceptor.batches import draw_batch
from vqclip.training.perceptor.stock import Stock


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    write_colors(tmp_path)
    return stock_of(tmp_path)


def test_a_batch_depends_on_seed_and_step_alone(stock: Stock, tmp_path: Path) -> None:
    first = [draw_batch(stock, 5, size=4, step=step) for step in range(4)]
    alone = draw_batch(stock_of(tmp_path, replace(TINY_CLIP, workers=1)), 5, size=4, step=2)
    for field in ("images", "tokens", "wrong", "names", "marks"):
        assert torch.equal(getattr(first[2], field), getattr(alone, field)), field
    other = draw_batch(stock, 6, size=4, step=2)
    assert not torch.equal(other.images, alone.images)


def test_an_epoch_has_every_picture_once(stock: Stock) -> None:
    epoch = [draw_batch(stock, 5, size=4, step=step).images for step in range(3)]
    rows = np.sort(torch.cat(epoch).numpy().reshape(12, -1), axis=1)  # mirrored or not
    assert len({row.tobytes() for row in rows}) == 12


def test_marks_and_captions_are_those_of_the_pictures(stock: Stock) -> None:
    batch = draw_batch(stock, 5, size=4, step=0)
    assert batch.marks.sum(dim=1).tolist() == [1] * 4
    assert batch.marks.shape == (4, len(batch.names))
    reddest = batch.images.mean(dim=(2, 3)).argmax(dim=1)
    red = batch.tokens.eq(736).any(dim=1)
    assert batch.images.shape == (4, 3, 32, 32)
    assert torch.equal(reddest == 0, red)
