"""The standard streams of a command, which never stop its work."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Outlet(io.TextIOBase):
    """A stream whose writes never fail.

    Characters that its encoding lacks are written as escapes such as `\\u96ea`. What cannot be
    written, as to a full disk or to a pipe whose reader has ended, is lost.

    Args:
        stream: where the text goes; None: the stream was closed before the program began.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.error: Exception | None = None
        """The first reason why something was lost; None: nothing was."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return "utf-8" if self._stream is None else self._stream.encoding

    def write(self, text: str) -> int:
        """Write what can be written; return the number of characters of the text."""
        self._try(text + "")  # bytes are a TypeError, by which click tells a text stream
        return len(text)

    def flush(self) -> None:
        """Pass on what is buffered, if that is possible."""
        if self._stream is not None:
            self._try("", flush=True)

    def writable(self) -> bool:
        """Return True: text is taken, whatever becomes of it."""
        return True

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        try:
            return self._stream is not None and self._stream.isatty()
        except ValueError:  # closed in the meantime
            return False

    def fileno(self) -> int:
        """Return the file descriptor of the stream.

        Raises:
            OSError: it has none.
        """
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def abandon(self) -> None:
        """Drop what is still buffered, so that Python does not fail to write it when it ends."""
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.fileno())
            os.close(null)
            self.flush()

    def _try(self, text: str, *, flush: bool = False) -> None:
        try:
            if self._stream is not None:
                self._stream.flush() if flush else self._stream.write(text)
            elif text:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        except UnicodeEncodeError:
            self._try(writable(text, self.encoding))
        # ValueError: closed; RuntimeError: a signal's handler writes while a write is in progress.
        except (OSError, ValueError, RuntimeError) as error:
            self.error = self.error or error


def writable(text: str, encoding: str) -> str:
    """Return a text with escapes in place of the characters that an encoding lacks."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


@contextmanager
def outlets() -> Iterator[tuple[Outlet, Outlet]]:
    """Make stdout and stderr outlets during a block, and yield them."""
    _open_descriptors()
    before = sys.stdout, sys.stderr
    out, err = Outlet(sys.stdout), Outlet(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        for outlet in (out, err):
            outlet.flush()
            if outlet.error is not None:
                outlet.abandon()
        sys.stdout, sys.stderr = before


def _open_descriptors() -> None:
    """Open standard descriptors that are closed: a file would get their numbers, and messages."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
