"""What a step reports."""

from __future__ import annotations

from vqclip.engine.iterate import Iterate, Losses


def test_losses_have_the_names_that_people_see() -> None:
    losses = Losses((0.5, -0.25), {"keep_init": 0.125})
    assert losses.named() == {"prompt 1": 0.5, "prompt 2": -0.25, "keep_init": 0.125}
    assert list(losses.named()) == ["prompt 1", "prompt 2", "keep_init"]
    assert losses.total == 0.375


def test_the_total_is_the_mean_over_images() -> None:
    iterate = Iterate(1, 5, (Losses((1.0,), {}), Losses((2.0,), {"saturation": -1.5})))
    assert iterate.total == 0.75
