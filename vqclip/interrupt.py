"""Signals that ask a program to stop, which take effect between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Ctrl-C; `timeout`, a queue or a container that stops; a terminal that closes."""


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Yield an event that the first of `STOPPING` sets; a second one acts as usual.

    A signal that is ignored, as under nohup, stays so.
    """
    event = threading.Event()
    handlers = {number: signal.getsignal(number) for number in STOPPING}
    before = {
        number: handler
        for number, handler in handlers.items()
        if handler not in (signal.SIG_IGN, None)
    }

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def note(*_: object) -> None:
        restore()
        event.set()

    for number in before:
        signal.signal(number, note)
    try:
        yield event
    finally:
        restore()
