"""Captioned pictures on disk: read by index over shards and folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vqclip.errors import OutputError
from vqclip.training.shards import Pictures, shard_files, write_shard


def pictures(first: int, count: int, side: int = 4) -> np.ndarray:
    numbers = np.arange(first, first + count, dtype=np.uint8)
    return np.broadcast_to(numbers[:, None, None, None], (count, side, side, 3))


def test_pictures_are_found_by_index_over_shards_and_folders(tmp_path: Path) -> None:
    write_shard(tmp_path / "a", 0, pictures(0, 2), [("zero",), ("one", "1")])
    write_shard(tmp_path / "a", 1, pictures(2, 1), [("two",)])
    write_shard(tmp_path / "b", 0, pictures(3, 2), [("three",), ("four",)])
    both = Pictures(tmp_path / "a", tmp_path / "b")
    assert len(both) == len(both.captions) == 5
    assert both.size == 4
    assert both.pixels([4, 0, 2, 3])[:, 0, 0, 0].tolist() == [4, 0, 2, 3]
    assert both.captions[1] == ("one", "1")


def test_a_shard_without_captions_does_not_count(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, pictures(0, 2), [("a",), ("b",)])
    write_shard(tmp_path, 1, pictures(2, 2), [("c",), ("d",)])
    shard_files(tmp_path, 1)[1].unlink()
    assert len(Pictures(tmp_path)) == 2


def test_a_folder_without_pictures_says_how_to_draw_some(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"vqclip\.training\.data"):
        Pictures(tmp_path)


def test_pictures_of_two_sizes_are_refused(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, pictures(0, 1), [("a",)])
    write_shard(tmp_path, 1, pictures(1, 1, side=8), [("b",)])
    with pytest.raises(OutputError, match=r"2 sizes: \[4, 8\]; only one is allowed"):
        Pictures(tmp_path)


def test_shards_completed_later_are_found_by_a_refresh(tmp_path: Path) -> None:
    write_shard(tmp_path / "a", 0, pictures(0, 2), [("zero",), ("one",)])
    write_shard(tmp_path / "b", 0, pictures(5, 1), [("five",)])
    both = Pictures(tmp_path / "a", tmp_path / "b")
    write_shard(tmp_path / "a", 1, pictures(2, 1), [("two",)])
    assert len(both) == 3
    assert both.refresh() == 1
    assert both.refresh() == 0
    # Those known before keep their indices.
    assert both.pixels(range(4))[:, 0, 0, 0].tolist() == [0, 1, 5, 2]
    assert [captions[0] for captions in both.captions] == ["zero", "one", "five", "two"]
