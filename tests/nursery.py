"""Processes that begin with everything imported: kills strike the work, and cost no start.

A server imports the program once and forks a process for each command. It runs as
`python -m tests.nursery`, reads a line of JSON for each command, and answers with its exit code.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Nursery:
    """The server's other end: starts one command at a time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: Sequence[str], folder: Path, *, seconds: float | None = None) -> int:
        """Run a command; kill it and those it started after some time.

        Returns:
            its exit code, negative after a signal; what it printed is in `stderr.txt`.
        """
        order = {"words": list(words), "folder": str(folder), "seconds": seconds}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        self._server.communicate()


def serve() -> None:
    """Answer orders until there are no more."""
    import open_clip  # noqa: F401
    import torch  # noqa: F401
    import torchvision  # noqa: F401

    from vqclip.cli import main
    from vqclip.outputs import writer  # noqa: F401
    from vqclip.perception import index  # noqa: F401
    from vqclip.runs import drive, worker  # noqa: F401

    signal.signal(signal.SIGALRM, lambda *_: None)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            become(order, main)
        sys.stdout.write(f"{awaited(child, order['seconds'])}\n")
        sys.stdout.flush()


def awaited(child: int, seconds: float | None) -> int:
    """Return the exit code of a process; kill its session after some time."""

    def strike(*_: object) -> None:
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds or 0)
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return os.waitstatus_to_exitcode(status)


def become(order: dict[str, Any], main: Any) -> None:
    """Run a command in this process, and end."""
    os.setsid()
    os.chdir(order["folder"])
    errors = os.open("stderr.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, file in enumerate((nothing, nothing, errors)):
        os.dup2(file, number)
    sys.argv = ["vqclip", *order["words"]]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
