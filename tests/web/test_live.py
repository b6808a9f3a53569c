"""What is seen of a drawing."""

from __future__ import annotations

from vqclip.web.live import MOST_POINTS, Live


def test_losses_are_thinned_out_evenly_and_keep_the_first() -> None:
    live = Live(steps=2000)
    for step in range(1, 2001):
        live.add_losses(step, {"prompt 1": 1 / step})
    steps = [step for step, _ in live.losses]
    assert len(steps) <= MOST_POINTS
    assert steps[0] == 1
    assert steps[-1] > 1980
    gaps = {later - earlier for earlier, later in zip(steps[1:], steps[2:], strict=False)}
    assert gaps == {16}


def test_the_first_preview_is_the_start() -> None:
    live = Live()
    live.show(b"first")
    live.show(b"second")
    assert (live.start, live.preview, live.version) == (b"first", b"second", 2)


def test_notes_are_kept_once() -> None:
    live = Live()
    live.add_note("unknown word")
    live.add_note("unknown word")
    assert live.notes == ["unknown word"]


def test_the_time_left_follows_the_pace() -> None:
    live = Live(steps=10)
    assert live.seconds_left is None
    live.add_pace(2.0)
    live.step = 4
    assert live.seconds_left == 12
