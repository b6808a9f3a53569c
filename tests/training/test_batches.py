"""Batches depend on seed and step; wrong captions are wrong in a single thing."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.training.pairs import write_colors
from vqclip.training.perceptor.batches import batches, caption_pair, draw_batch, wrong_caption
from vqclip.training.shards import Pictures
from vqclip.training.split import held_out

CANONICAL = "a red cat on a blue background"


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    write_colors(tmp_path)
    return Pictures(tmp_path / "train")


def test_a_batch_depends_on_seed_and_step_alone(pictures: Pictures) -> None:
    chain = list(batches(pictures, 5, size=4, first=0, last=4))
    alone = draw_batch(pictures, 5, size=4, step=2)
    assert np.array_equal(chain[2].pixels, alone.pixels)
    assert chain[2].captions == alone.captions
    assert [batch.names for batch in chain[2:3]] == [alone.names]
    other = draw_batch(pictures, 6, size=4, step=2)
    assert not np.array_equal(other.pixels, alone.pixels)


def test_an_epoch_has_every_picture_once(pictures: Pictures) -> None:
    epoch = [draw_batch(pictures, 5, size=4, step=step).pixels for step in range(3)]
    rows = np.sort(np.concatenate(epoch).reshape(12, -1), axis=1)  # mirrored or not
    assert len({row.tobytes() for row in rows}) == 12


def test_marks_are_those_of_the_canonical_captions(pictures: Pictures) -> None:
    batch = draw_batch(pictures, 5, size=4, step=0)
    assert batch.marks.sum(dim=1).tolist() == [1] * 4
    assert batch.marks.shape == (4, len(batch.names))


def test_a_wrong_caption_is_wrong_in_one_thing() -> None:
    rng = random.Random(0)
    wrong = {wrong_caption(CANONICAL, rng) for _ in range(300)}
    assert CANONICAL not in wrong
    assert any("dog" in caption or "puppy" in caption for caption in wrong)
    assert "a blue cat on a red background" in wrong
    assert wrong_caption("Christ on a donkey", rng) == ""


def test_a_background_left_out_is_the_color_of_the_wrong_caption() -> None:
    rng = random.Random(0)
    pairs = {caption_pair(CANONICAL, CANONICAL, rng) for _ in range(200)}
    assert ("a red cat", "a blue cat") in pairs
    assert any(right == CANONICAL for right, _ in pairs)


def test_a_caption_that_is_held_out_is_not_said_by_leaving_out_its_background() -> None:
    shapes = ("star", "ring", "cross", "heart", "arrow", "oval", "circle", "spiral", "diamond")
    colors = ("red", "green", "yellow", "orange", "purple", "pink", "black", "white", "gray")
    short = next(
        f"a {color} {shape}"
        for color in colors
        for shape in shapes
        if color != "orange" and held_out(f"a {color} {shape}")
    )
    full, rng = f"{short} on a blue background", random.Random(0)
    assert {caption_pair(full, full, rng)[0] for _ in range(60)} == {full}
