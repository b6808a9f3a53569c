"""How many pictures fit into memory, and what running out of it looks like."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.tiny import tiny_models
from vqclip.errors import ConfigError
from vqclip.runs import capacity
from vqclip.runs.capacity import (
    MOST_CPU,
    check_memory,
    extrapolated,
    image_bytes,
    picture_bytes,
    pictures_in,
)


def test_a_picture_takes_memory_by_its_pixels_cutouts_and_candidates(make_job) -> None:
    models = tiny_models()

    def size(**changes) -> int:
        return picture_bytes(models, make_job(**changes).config)

    image = 16 * 16 * 3 * 4
    assert size(cutouts__count=1) > image
    assert size(start__candidates=3) == 3 * size()
    cutouts = size(cutouts__count=8) - size(cutouts__count=4)
    assert size(cutouts__count=12) - size(cutouts__count=8) == pytest.approx(cutouts, abs=2)
    assert size(cutouts__count=8, cutouts__chunk=4) == size(cutouts__count=4)
    assert size(width=64, height=64, cutouts__count=1) > 8 * size(cutouts__count=1)


def test_what_a_layer_keeps_for_its_gradient_is_counted() -> None:
    layer = nn.Linear(4, 5, bias=False)
    # One more row of the input is kept, and its result.
    assert capacity.kept_bytes(layer, torch.zeros(1, 4)) == (4 + 5) * 4


@pytest.mark.parametrize(("room", "count"), [(0, 1), (2, 2), (3, 3), (99, MOST_CPU)])
def test_batches_follow_the_memory(monkeypatch, room: int, count: int) -> None:
    monkeypatch.setattr(capacity, "free_bytes", lambda device: (room + 0.1) * 1000 / 0.8)
    cpu = torch.device("cpu")
    assert pictures_in(1000, cpu) == count
    assert pictures_in(500, cpu, processes=2) == count


def test_the_machine_has_free_memory() -> None:
    assert capacity.free_bytes(torch.device("cpu")) > 1_000_000


def test_a_large_picture_is_computed_from_small_ones(monkeypatch, make_job) -> None:
    models = tiny_models()
    config = make_job(width=80, height=48).config
    exact = image_bytes(models, config)
    monkeypatch.setattr(capacity, "MEASURED", 1)
    assert image_bytes(models, config) == pytest.approx(exact, rel=0.01)


def test_points_of_a_parabola_give_the_parabola() -> None:
    points = {x: 3 * x * x + 2 * x + 7 for x in (1, 4, 6)}
    assert extrapolated(points, 1000) == 3_002_007


def test_a_picture_beyond_the_memory_is_refused_in_a_sentence(monkeypatch, make_job) -> None:
    models = tiny_models()
    config = make_job(start__candidates=2).config
    one = picture_bytes(models, config) / capacity.OVERHEAD
    monkeypatch.setattr(capacity, "reachable_bytes", lambda device: round(3.5 * one))
    assert check_memory(models, config) == 1
    assert check_memory(models, config, 4) == 2
    huge = make_job(width=8192, height=8192, start__candidates=2).config
    with pytest.raises(
        ConfigError, match=r"8192x8192 pixels needs about .* GB .* --size, or start"
    ):
        check_memory(models, huge)


def test_the_machine_has_memory_to_reach() -> None:
    assert capacity.reachable_bytes(torch.device("cpu")) > 1_000_000
