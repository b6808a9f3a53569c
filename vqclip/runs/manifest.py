"""The manifest of a run: a JSON line for each change in the state of a picture, never rewritten."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path, PureWindowsPath
from typing import Any, BinaryIO

from filelock import FileLock

from vqclip.errors import OutputError
from vqclip.files.jsontable import JsonTable

FILE = "manifest.jsonl"
LOCKS = ".locks"
"""The folder of locks beside the manifest."""
WAITING, RUNNING, CHECKPOINT, INTERRUPTED, DONE, FAILED = (
    "waiting",
    "running",
    "checkpoint",
    "interrupted",
    "done",
    "failed",
)
STATES = (RUNNING, CHECKPOINT, INTERRUPTED, DONE, FAILED)
"""The states of lines; a picture without a line is waiting."""
FINAL = (DONE, FAILED)
LONGEST_NAME = 255
"""Bytes of the name of a file, in most file systems."""


@dataclass(frozen=True)
class Result:
    """What is known of a finished picture.

    Attributes:
        file: path within the folder of the run.
        step: number of its last step.
        losses: weighted losses of the last step, by name.
        score: mean cosine with its prompts, as the judge sees it, in [-1, 1].
        seconds: time it took: that of its batch, divided by the number of pictures.
        begun: step its batch continued from; `seconds` counts the later steps only.
        batch: number of pictures optimised together.
        device: device that computed it.
        rank: 1 for the best candidate of its group; None before they are compared.
        kept: whether it is among the best of its group; None before they are compared.
    """

    file: str
    step: int
    losses: Mapping[str, float]
    score: float | None
    seconds: float | None
    begun: int
    batch: int
    device: str
    rank: int | None = None
    kept: bool | None = None

    @classmethod
    def from_table(cls, table: JsonTable) -> Result:
        """Read a line of the manifest.

        Raises:
            ValueError: it is damaged, or its file lies outside of the folder.
        """
        file = table.text("file")
        _parts(file)
        return cls(
            file=file,
            step=table.whole("step"),
            losses=table.number_table("losses"),
            score=table.number("score") if table.has("score") else None,
            seconds=table.number("seconds") if table.has("seconds") else None,
            begun=table.whole("begun", 0),
            batch=table.whole("batch", 1),
            device=table.text("device", ""),
            rank=table.whole("rank") if table.has("rank") else None,
            kept=table.flag("kept") if table.has("kept") else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is known, by name."""
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Entry:
    """The latest state of a picture.

    Attributes:
        job: id of its job.
        state: one of `STATES`, or waiting.
        name: name of its files, without suffix.
        step: number of its last step.
        checkpoint: file it continues from, if there is one.
        error: reason why it failed.
        result: what is known of it once it is done.
        at: time of the entry, ISO 8601 in UTC.
        by: process that wrote the entry, HOST:PID.
    """

    job: str
    state: str = WAITING
    name: str = ""
    step: int = 0
    checkpoint: str | None = None
    error: str = ""
    result: Result | None = None
    at: str = ""
    by: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the content of its line."""
        table = {"job": self.job, "state": self.state, "at": self.at, "by": self.by}
        table["name"] = self.name
        if self.result is not None:
            return table | self.result.to_dict()
        if self.state == FAILED:
            return table | {"error": self.error}
        return (
            table
            | {"step": self.step}
            | ({"checkpoint": self.checkpoint} if self.checkpoint else {})
        )

    @classmethod
    def from_line(cls, line: bytes) -> Entry | None:
        """Read a line; return None if it is damaged.

        Names of files are only such as the program gives: a manifest may come from a stranger.
        """
        try:
            table = JsonTable.parse(line)
            state = table.text("state")
            entry = cls(
                job=table.text("job"),
                state=state,
                name=table.text("name", ""),
                step=table.whole("step", 0),
                checkpoint=_checkpoint(table),
                error=table.text("error", ""),
                result=Result.from_table(table) if state == DONE else None,
                at=table.text("at", ""),
                by=table.text("by", ""),
            )
        except ValueError:
            return None
        return entry if entry.state in STATES else None


def _checkpoint(table: JsonTable) -> str | None:
    """Return the name of a checkpoint, if there is one.

    Raises:
        ValueError: it is not the name of a checkpoint in the folder itself.
    """
    if not table.has("checkpoint"):
        return None
    name = table.text("checkpoint")
    if len(_parts(name)) != 1 or not name.endswith(".checkpoint"):
        raise ValueError("checkpoint should be the name of one")
    return name


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of the path of a file within a folder.

    Raises:
        ValueError: it may lead out of the folder, or no file can have this name.
    """
    parts = tuple(re.split(r"[/\\\\]", name))
    if not all(part.strip(". ") and len(part.encode()) <= LONGEST_NAME for part in parts):
        raise ValueError("a file lies within the folder")
    if not name.isprintable() or PureWindowsPath(name).drive:
        raise ValueError("a file has a printable name")
    return parts


class Manifest:
    """A file of JSON lines that several processes read and add to.

    Args:
        folder: folder of the run, in which the folder `LOCKS` exists.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.lock = FileLock(str(folder / LOCKS / "manifest.lock"))
        self._entries: dict[str, Entry] = {}
        self._offset = 0
        self._damaged = 0

    def append(self, entry: Entry) -> None:
        """Add a line; it is complete and on the disk when this returns.

        An entry without time and process gets the present ones.

        Raises:
            OutputError: it cannot be written.
        """
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        by = f"{socket.gethostname()}:{os.getpid()}"
        stamped = replace(entry, at=entry.at or now, by=entry.by or by)
        line = json.dumps(stamped.to_dict(), ensure_ascii=False).encode() + b"\n"
        try:
            with self.lock, self.path.open("ab+") as file:
                file.write(line if _ends_whole(file) else b"\n" + line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error

    def read(self) -> dict[str, Entry]:
        """Return the latest entry of every picture by its job's id.

        Lines that a killed process left incomplete are skipped.
        """
        self._refresh()
        return dict(self._entries)

    def entry(self, job: str) -> Entry:
        """Return the latest entry of one picture."""
        self._refresh()
        return self._entries.get(job, Entry(job))

    @property
    def damaged(self) -> int:
        """The number of lines that were passed over because they are damaged."""
        self._refresh()
        return self._damaged

    def _refresh(self) -> None:
        """Read the lines that were added since the last call.

        Raises:
            OutputError: the file cannot be read.
        """
        if not self.path.exists():
            return
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                content = file.read()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be read: {error.strerror}") from error
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            entry = Entry.from_line(line)
            if entry is not None:
                self._entries[entry.job] = entry
            elif line.strip():
                self._damaged += 1


def _ends_whole(file: BinaryIO) -> bool:
    """Return whether the last line is complete; a process may have been killed while writing it."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
