"""Installation of a named VQGAN: from the user's own file, or from the first good address."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vqclip.errors import CheckpointError, OutputError, VqclipError
from vqclip.files.atomic import sha256
from vqclip.models.convert import convert
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.fetch.catalogue import RemoteFile, VqganEntry
from vqclip.models.fetch.download import fetch
from vqclip.models.fetch.home import offline
from vqclip.models.fetch.request import version_path
from vqclip.models.fetch.store import Record, Store
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.checkpoints import read_vqgan

PATIENCE = 0.2
"""Seconds to wait for a lock before the user is told."""


def obtain(store: Store, entry: VqganEntry, *, bars: Bars = Silent) -> Path:
    """Return the slim form of a model; make it first if necessary.

    Raises:
        CheckpointError: no address gives the model; the message says what each answered, and what
            helps.
        OutputError: the folder cannot be written.
    """
    path = store.path(entry)
    if path.is_file():
        _sweep(store, entry)
        return path
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        with _lock(store, entry, bars):
            if not path.is_file():  # otherwise another process was quicker
                _install(store, entry, bars)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{store.folder} cannot be written: {reason}") from error
    return path


def verify(store: Store, entry: VqganEntry) -> Architecture:
    """Read a downloaded model in full, and compare it with the catalogue and with its record.

    Raises:
        CheckpointError: it is not downloaded, has changed, or is another model.
    """
    path = store.path(entry)
    if not path.is_file():
        raise CheckpointError(
            f"{entry.name} is not downloaded; download it with: vqclip models download {entry.name}"
        )
    store.check(entry, sha256(path))
    architecture = infer_architecture(read_vqgan(path))
    _check_signature(entry, architecture)
    return architecture


def _install(store: Store, entry: VqganEntry, bars: Bars) -> None:
    """Make the slim form of the file that the user put into the folder, or of a download."""
    for path in store.unfinished_files(entry):
        path.unlink(missing_ok=True)
    planted = store.planted(entry)
    if planted is not None:
        _keep(store, entry, planted, source=planted.name)
        return
    if offline():
        problem = f"{entry.name} is not downloaded, and the network is switched off"
        raise CheckpointError(f"{problem}; {store.advice(entry)}")
    problems: list[VqclipError] = []
    for file in entry.files:
        try:
            _download(store, entry, file, bars)
        except (CheckpointError, OutputError) as error:
            problems.append(error)
        else:
            return
    tried = "\n".join(map(str, problems)) or "no HTTPS address is known"
    # A disk that is full for one file may have room for a smaller one.
    unwritten = bool(problems) and all(isinstance(error, OutputError) for error in problems)
    kind = OutputError if unwritten else CheckpointError
    raise kind(f"{entry.name} cannot be downloaded; {store.advice(entry)}\n{tried}")


def _sweep(store: Store, entry: VqganEntry) -> None:
    """Remove what a process left that was killed just after it had made the slim form."""
    if not store.partial_files(entry) and not store.unfinished_files(entry):
        return
    with contextlib.suppress(OSError, Timeout), FileLock(store.lock_path(entry), timeout=0):
        for path in (*store.partial_files(entry), *store.unfinished_files(entry)):
            path.unlink(missing_ok=True)


def _download(store: Store, entry: VqganEntry, file: RemoteFile, bars: Bars) -> None:
    """Download a file and make the slim form of it.

    Raises:
        CheckpointError: the address does not give the model; the message starts with the address,
            as it does for all errors.
        OutputError: the disk is full, or the folder cannot be written.
    """
    digest = hashlib.sha256(file.url.encode()).hexdigest()[:8]
    part = store.folder / f"{entry.name}.{digest}.part"
    try:
        found = fetch(file, part, expected=store.expected(entry, file), bars=bars)
        _keep(store, entry, part, source=file.url, files={file.url: found})
    except CheckpointError as error:
        raise CheckpointError(f"{file.url} {str(error).replace(str(part), 'the file')}") from error
    except OutputError as error:
        raise OutputError(f"{file.url} cannot be kept: {error}") from error
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"{file.url} cannot be kept: {part} cannot be written: {reason}"
        ) from error
    for path in store.partial_files(entry):
        path.unlink()


def _keep(
    store: Store,
    entry: VqganEntry,
    path: Path,
    *,
    source: str,
    files: Mapping[str, str] | None = None,
) -> None:
    """Convert a file to the slim form and put its hashes on record."""
    slim = store.path(entry)
    try:
        _check_signature(entry, convert(path, slim))
    except CheckpointError:
        slim.unlink(missing_ok=True)
        if path.suffix == ".part":  # resuming it would only fail again
            path.unlink(missing_ok=True)
            version_path(path).unlink(missing_ok=True)
        raise
    known = {**store.record(entry).files, **(files or {})}
    store.write_record(entry, Record(known, sha256(slim), source))


@contextmanager
def _lock(store: Store, entry: VqganEntry, bars: Bars) -> Iterator[None]:
    """Keep other processes from downloading the same model."""
    lock = FileLock(store.lock_path(entry))
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        note = f"waiting for another process that downloads {entry.name}"
        with bars(desc=note, bar_format="{desc} {elapsed}"):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _check_signature(entry: VqganEntry, architecture: Architecture) -> None:
    """Compare a model's sizes with those in the catalogue, if they are known.

    Raises:
        CheckpointError: they differ.
    """
    if entry.signature not in (None, architecture.signature):
        raise CheckpointError(
            f"the file holds another model ({architecture.signature}) than {entry.name} "
            f"({entry.signature})"
        )
