"""Signals that ask a program to stop, which take effect between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Ctrl-C; `timeout`, a queue or a container that stops; a terminal that closes."""

Handler = Callable[[int, FrameType | None], object]


class Interruption(threading.Event):
    """An event that a signal to stop sets.

    Attributes:
        number: number of the signal; that of Ctrl-C before one arrives.
    """

    number: int = signal.SIGINT

    @property
    def exit_code(self) -> int:
        """The exit code by which a shell knows the signal: 130, 143 or 129."""
        return 128 + self.number


@contextmanager
def handled(handler: Handler) -> Iterator[Callable[[], None]]:
    """Handle the signals of `STOPPING` during a block; yield what restores the handlers before.

    A signal that is ignored, as under nohup, stays so.
    """
    handlers = {number: signal.getsignal(number) for number in STOPPING}
    before = {
        number: earlier
        for number, earlier in handlers.items()
        if earlier not in (signal.SIG_IGN, None)
    }

    def restore() -> None:
        for number, earlier in before.items():
            signal.signal(number, earlier)

    for number in before:
        signal.signal(number, handler)
    try:
        yield restore
    finally:
        restore()


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Yield an event that the first of `STOPPING` sets; a second one acts as usual."""
    event = Interruption()
    restores: list[Callable[[], None]] = []

    def note(number: int, _: FrameType | None) -> None:
        for restore in restores:
            restore()
        event.number = number
        event.set()

    with handled(note) as restore:
        restores.append(restore)
        yield event
