"""Windows of pictures depend on seed and number, and show parts of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from vqclip.errors import ConfigError
from vqclip.training.generator.windows import Windows
from vqclip.training.shards import Pictures, write_shard

CPU = torch.device("cpu")


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Eight pictures in which red counts rows, green counts columns and blue pictures."""
    numbers, rows, columns = np.indices((8, 16, 16), dtype=np.uint8)
    write_shard(tmp_path, 0, np.stack([rows, columns, numbers], axis=-1), [("x",)] * 8)
    return Pictures(tmp_path)


def test_a_batch_depends_on_seed_and_number_alone(pictures: Pictures) -> None:
    windows = Windows(pictures, batch=5, side=8, seed=3)
    first, second = windows.batch(0, CPU), windows.batch(1, CPU)
    again = Windows(pictures, batch=5, side=8, seed=3)
    assert torch.equal(again.batch(1, CPU), second)
    assert torch.equal(again.batch(0, CPU), first)
    assert not torch.equal(first, Windows(pictures, batch=5, side=8, seed=4).batch(0, CPU))


def test_windows_are_parts_of_pictures_half_of_them_mirrored(pictures: Pictures) -> None:
    images = Windows(pictures, batch=64, side=8, seed=0).batch(0, CPU)
    rows, columns, numbers = (images * 255).round().int().unbind(dim=1)  # (64, 8, 8) each
    assert (rows.diff(dim=1) == 1).all()
    across = columns.diff(dim=2).flatten(1)
    assert ((across == 1).all(dim=1) | (across == -1).all(dim=1)).all()
    assert 20 < (across[:, 0] == -1).sum() < 44
    assert (numbers.flatten(1).amax(dim=1) == numbers.flatten(1).amin(dim=1)).all()
    assert set(rows[:, 0, 0].tolist()) == set(range(9))


def test_windows_larger_than_the_pictures_are_refused(pictures: Pictures) -> None:
    with pytest.raises(ConfigError, match="crop: 64 is larger than the pictures; at most 16"):
        Windows(pictures, batch=1, side=64, seed=0)


def test_pictures_that_are_completed_later_take_part(
    pictures: Pictures, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("vqclip.training.generator.windows.REFRESHED", -1.0)
    windows = Windows(pictures, batch=64, side=16, seed=0, growing=True)
    write_shard(tmp_path, 1, np.full((8, 16, 16, 3), 200, np.uint8), [("y",)] * 8)
    images = windows.batch(0, CPU)
    assert 10 < (images[:, 2] * 255 > 199).all(dim=(1, 2)).sum() < 54
