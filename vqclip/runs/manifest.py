"""The manifest of a run: one JSON line per thing that happened to a picture, never rewritten."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from filelock import FileLock

from vqclip.errors import OutputError

DONE, FAILED, RUNNING, CHECKPOINT, INTERRUPTED = (
    "done",
    "failed",
    "running",
    "checkpoint",
    "interrupted",
)
STATES = (DONE, FAILED, RUNNING, CHECKPOINT, INTERRUPTED)
FINAL = (DONE, FAILED)


@dataclass(frozen=True)
class Entry:
    """The latest state of a picture.

    Attributes:
        facts: losses, score, file, seconds, error and the like, as far as known.
    """

    job: str
    state: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Manifest:
    """A file of JSON lines that several processes read and add to.

    Args:
        path: of the file; its lock lies in the folder `.locks` beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = FileLock(str(path.parent / ".locks" / "manifest.lock"))
        self._entries: dict[str, Entry] = {}
        self._offset = 0

    def append(self, job: str, state: str, **facts: Any) -> None:
        """Add a line, whole and on the disk when this returns.

        Raises:
            OutputError: it cannot be written.
        """
        line = {
            "job": job,
            "state": state,
            "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "by": f"{socket.gethostname()}:{os.getpid()}",
            **facts,
        }
        try:
            with self.lock, self.path.open("ab+") as file:
                start = b"" if self._ends_whole(file) else b"\n"
                file.write(start + json.dumps(line, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error

    @staticmethod
    def _ends_whole(file: Any) -> bool:
        """Whether the last line is complete; a process may have been killed within one."""
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return bool(file.read(1) == b"\n")

    def read(self) -> dict[str, Entry]:
        """The latest entry of every picture; lines cut off by a kill are passed over."""
        if not self.path.exists():
            return {}
        with self.path.open("rb") as file:
            file.seek(self._offset)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            try:
                facts = json.loads(line)
                job, state = facts.pop("job"), facts.pop("state")
            except (ValueError, KeyError, AttributeError):
                continue
            if state in STATES:
                self._entries[job] = Entry(job, state, facts)
        return dict(self._entries)
