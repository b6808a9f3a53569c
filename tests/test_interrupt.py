"""Ctrl-C: the first one is noted, the second one acts as if nobody listened."""

from __future__ import annotations

import signal

import pytest

from vqclip.interrupt import interruptible


class PressedTwiceError(Exception):
    """What the handler before does."""


@pytest.fixture
def handler():
    def raise_it(*_: object) -> None:
        raise PressedTwiceError

    before = signal.signal(signal.SIGINT, raise_it)
    yield raise_it
    signal.signal(signal.SIGINT, before)


def test_the_first_is_noted_and_the_second_ends_the_run_at_once(handler) -> None:
    with interruptible() as interrupted:
        assert not interrupted.is_set()
        signal.raise_signal(signal.SIGINT)
        assert interrupted.is_set()
        with pytest.raises(PressedTwiceError):
            signal.raise_signal(signal.SIGINT)


def test_the_handler_before_is_back_in_the_end(handler) -> None:
    with interruptible():
        pass
    assert signal.getsignal(signal.SIGINT) is handler
