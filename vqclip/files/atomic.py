"""Files that are written completely or not at all, and their hashes."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vqclip.errors import OutputError

NAME_BYTES = 140
"""Bytes of a file's name that are part of the name of its temporary file."""
MINUTES = 10
"""Age, in minutes, from which the temporary file of a process that has ended is removed."""
HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
"""Stands for this machine in the names of temporary files; folders may be shared."""
TEMPORARY = re.compile(rf"\..*\.{HOST}-(?P<process>\d+)-[0-9a-f]{{8}}\.part", re.DOTALL)
"""Names of the temporary files of this machine."""
_swept: set[Path] = set()
"""Folders that this process has swept."""


@contextmanager
def atomic(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """Yield a temporary path next to `path`, and move it to `path` when the block succeeds.

    A process that is killed leaves its temporary file behind; the next one that writes to the
    folder removes it.

    Args:
        path: the file.
        replace: whether to replace a file that exists.

    Raises:
        FileExistsError: the file exists, and is not to be replaced.
        OutputError: the folder cannot be made or written to.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        temporary = _temporary(path)
        temporary.touch(exist_ok=False)
        yield temporary
        temporary.chmod(0o644)
        if replace:
            temporary.replace(path)
        else:
            _move_to_new(temporary, path)
    except FileExistsError:
        if replace:
            raise OutputError(f"{path} cannot be written: a file is in the way") from None
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    """Return a new name beside a path, by which its owner is found: a process of this machine."""
    start = os.fsdecode(os.fsencode(path.name)[:NAME_BYTES])
    return path.with_name(f".{start}.{HOST}-{os.getpid()}-{secrets.token_hex(4)}.part")


def _move_to_new(temporary: Path, path: Path) -> None:
    """Move a file to a path, unless that exists.

    Raises:
        FileExistsError: it exists.
    """
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: reserve the name instead
        path.touch(exist_ok=False)
        temporary.replace(path)


def _sweep(folder: Path) -> None:
    """Remove, once, the temporary files that processes which were killed have left in a folder."""
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError):  # another process may sweep, too
        for entry in os.scandir(folder):
            match = TEMPORARY.fullmatch(entry.name)
            if match is not None and _is_abandoned(entry, int(match["process"])):
                Path(entry.path).unlink(missing_ok=True)


def _is_abandoned(entry: os.DirEntry[str], process: int) -> bool:
    """Return whether a temporary file is old and its process has ended.

    Raises:
        OSError: the file is gone.
    """
    if time.time() - entry.stat().st_mtime < 60 * MINUTES:
        return False
    if os.name == "nt":  # where a signal of 0 would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # it belongs to somebody else
        return False
    return False


def try_folder(folder: Path) -> None:
    """Make a folder, and try to write to it.

    Raises:
        OutputError: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error


def write(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file completely or not at all.

    Args:
        path: the file.
        content: its bytes.
        replace: whether to replace a file that exists.

    Raises:
        FileExistsError: the file exists, and is not to be replaced.
        OutputError: the folder cannot be made or written to.
    """
    with atomic(path, replace=replace) as temporary:
        temporary.write_bytes(content)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
