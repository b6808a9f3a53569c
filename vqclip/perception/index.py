"""An index of embeddings: one SQLite file in the user's cache, keyed by content and perceptor.

A file that has not changed is not read again; one that was moved or copied is read, but not encoded
again. SQLite stores every batch whole or not at all, even when the process is killed, and lets
several processes share the file.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vqclip.errors import OutputError
from vqclip.models.fetch.home import home

SCHEMA = 1
FILE = "embeddings.sqlite"
TABLES = (
    "CREATE TABLE files (path BLOB PRIMARY KEY, stamp TEXT, content TEXT, gone INTEGER)",
    "CREATE INDEX files_content ON files (content)",
    "CREATE TABLE embeddings (content TEXT, perceptor TEXT, vector BLOB,"
    " PRIMARY KEY (content, perceptor))",
)
PATIENCE = 60.0
"""Seconds to wait for another process that writes."""
KEPT = 30 * 24 * 3600
"""Seconds for which a missing file is remembered: it may have moved, or its disk be unplugged."""
UNIT = 0.01
"""Difference from 1 at which the length of a vector shows that it is damaged."""
FRESH = 2.0
"""Seconds within which two changes of a file may have the same time stamp."""


@dataclass(frozen=True)
class Entry:
    """One file as it was when it was read.

    Attributes:
        path: its path.
        stamp: from `stamp_of`; empty when it proves nothing.
        content: SHA-256 of its bytes.
    """

    path: Path
    stamp: str
    content: str


def stamp_of(path: Path) -> str:
    """Return what changes with a file's content, or an empty string if it changed just now.

    Raises:
        OSError: the file does not exist or may not be read.
    """
    status = path.stat()
    if abs(time.time() - status.st_mtime) < FRESH:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


class Index:
    """The index file, open; use it in a `with` block.

    Where it fails later, it is rebuilt if it was damaged, and otherwise done without: reads find
    nothing, writes are dropped, and `note` says so.

    Attributes:
        note: what was wrong with it, and what was done; or an empty string.

    Raises:
        OutputError: it cannot be opened, or is locked for too long.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.note = path, ""
        self._reads = self._writes = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open()
        except OSError as error:
            raise self._problem(error.strerror or error) from error
        except sqlite3.OperationalError as error:
            raise self._problem(error) from error
        except sqlite3.DatabaseError as error:
            self._rebuild(error)

    def _open(self) -> None:
        self.connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        if self._version() == SCHEMA:
            return
        with self._transaction():
            version = self._version()  # another process may have created the tables meanwhile
            tables = [
                row[0]
                for row in self.connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
            ]
            if version == SCHEMA:
                return
            if tables:
                self.note = (
                    f"the index of embeddings was made by another version (its format is {version},"
                    f" this one's {SCHEMA}), and was rebuilt"
                )
            for table in tables:
                self.connection.execute(f'DROP TABLE "{table}"')
            for statement in TABLES:
                self.connection.execute(statement)
            self.connection.execute(f"PRAGMA user_version = {SCHEMA}")

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def _problem(self, reason: object) -> OutputError:
        return OutputError(f"the index of embeddings {self.path} cannot be used: {reason}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _rebuild(self, error: sqlite3.Error) -> None:
        """Put an empty index in place of a damaged one.

        Raises:
            OutputError: that is not possible.
        """
        self.connection.close()
        try:
            for suffix in ("", "-journal", "-wal", "-shm"):
                self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)
            self._open()
        except (OSError, sqlite3.Error) as second:
            raise self._problem(second) from second
        self.note = f"the index of embeddings {self.path} was damaged ({error}), and was rebuilt"

    @contextmanager
    def _mended(self, *, writes: bool) -> Iterator[None]:
        """Rebuild the index if a block finds it damaged; otherwise do without it from then on."""
        try:
            yield
        except sqlite3.Error as error:
            if _is_damage(error) and not self.note:
                try:
                    self._rebuild(error)
                    return
                except OutputError as second:
                    self._reads, self.note = False, f"{second}; it is done without"
            self._writes = False
            self._reads &= writes  # what cannot be written may still be read
            self.note = self.note or f"{self._problem(error)}; nothing new is remembered"

    def content(self, path: Path, stamp: str) -> str | None:
        """Return the SHA-256 of a file whose stamp has not changed, or None."""
        if not (stamp and self._reads):
            return None
        row = None
        with self._mended(writes=False):
            row = self.connection.execute(
                "SELECT content FROM files WHERE path = ? AND stamp = ? AND gone IS NULL",
                (_key(path), stamp),
            ).fetchone()
        return None if row is None else str(row[0])

    def vector(self, content: str, perceptor: str) -> Tensor | None:
        """Return the embedding (E,) of a content by a perceptor's identity, or None."""
        if not self._reads:
            return None
        row = None
        with self._mended(writes=False):
            row = self.connection.execute(
                "SELECT vector FROM embeddings WHERE content = ? AND perceptor = ?",
                (content, perceptor),
            ).fetchone()
        if row is None or not isinstance(row[0], bytes) or not row[0] or len(row[0]) % 4:
            return None
        vector = torch.frombuffer(bytearray(row[0]), dtype=torch.float32)
        # A vector that is not of unit length is damaged: it is as if it were not remembered.
        return vector if abs(float(vector.norm()) - 1) < UNIT else None

    def store(
        self, entries: Sequence[Entry], vectors: Mapping[str, Tensor], *, perceptor: str
    ) -> None:
        """Remember files, and embeddings (E,) by content: all of them, or none."""
        if not self._writes:
            return
        rows = [
            (content, perceptor, struct.pack(f"={len(vector)}f", *vector.tolist()))
            for content, vector in vectors.items()
        ]
        files = [(_key(entry.path), entry.stamp, entry.content) for entry in entries]
        with self._mended(writes=True), self._transaction():
            self.connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)
            self.connection.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, NULL)", files
            )

    def forget(self, folders: Sequence[Path], present: Sequence[Path]) -> int:
        """Mark the files below folders that no longer exist, and drop those marked long ago.

        Args:
            folders: that were searched.
            present: the files found in them.

        Returns:
            the number of files that have disappeared since they were last seen.
        """
        if not self._writes:
            return 0
        gone: list[bytes] = []
        existing = {_key(path) for path in present}
        now = int(time.time())
        with self._mended(writes=True), self._transaction():
            gone = [
                key
                for folder in folders
                for (key,) in self.connection.execute(
                    "SELECT path FROM files WHERE gone IS NULL AND path >= ? AND path < ?",
                    _span(folder),
                )
                if key not in existing
            ]
            execute = self.connection.execute
            for key in gone:
                execute("UPDATE files SET gone = ? WHERE path = ?", (now, key))
            if execute("DELETE FROM files WHERE gone < ?", (now - KEPT,)).rowcount or gone:
                execute("DELETE FROM embeddings WHERE content NOT IN (SELECT content FROM files)")
        return len(gone)


@contextmanager
def user_index(wanted: bool) -> Iterator[Index | None]:
    """Open this user's index, or None if it is not wanted; without it everything works, but slower.

    Warns:
        UserWarning: it cannot be used, or was rebuilt.
    """
    opened: Index | None = None
    if wanted:
        try:
            opened = Index(home() / FILE)
        except OutputError as error:
            warnings.warn(f"{error}; every picture is encoded", stacklevel=2)
    with opened or nullcontext():
        yield opened
    if opened is not None and opened.note:
        warnings.warn(opened.note, stacklevel=2)


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is damaged, not that it cannot be reached."""
    missing = "no such table" in str(error) or "no such column" in str(error)
    return missing or type(error) is sqlite3.DatabaseError


def _key(path: Path) -> bytes:
    return os.fsencode(os.path.abspath(path))


def _span(folder: Path) -> tuple[bytes, bytes]:
    """Return the first key below a folder, and the first key after those below it."""
    start = _key(folder).rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
    return start, start[:-1] + bytes([start[-1] + 1])
