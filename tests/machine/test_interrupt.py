"""Signals to stop: the first one is noted, the second one acts as if nobody listened."""

from __future__ import annotations

import signal

import pytest

from vqclip.machine.interrupt import STOPPING, interruptible


class PressedTwiceError(Exception):
    """What the handler before does."""


@pytest.fixture
def handler():
    def raise_it(*_: object) -> None:
        raise PressedTwiceError

    before = {number: signal.signal(number, raise_it) for number in STOPPING}
    yield raise_it
    for number, original in before.items():
        signal.signal(number, original)


@pytest.mark.parametrize("number", STOPPING)
def test_the_first_is_noted_and_the_second_ends_the_run_at_once(
    handler, number: signal.Signals
) -> None:
    with interruptible() as interrupted:
        assert not interrupted.is_set()
        signal.raise_signal(number)
        assert interrupted.is_set()
        with pytest.raises(PressedTwiceError):
            signal.raise_signal(number)


def test_the_handlers_before_are_back_in_the_end(handler) -> None:
    with interruptible():
        pass
    assert {signal.getsignal(number) for number in STOPPING} == {handler}


def test_a_signal_that_is_ignored_stays_so(handler) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what nohup does
    with interruptible() as interrupted:
        signal.raise_signal(signal.SIGHUP)
        assert not interrupted.is_set()
