"""File names of pictures: free ones, so that no earlier picture is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from vqclip.config.job import Job
from vqclip.errors import OutputError
from vqclip.files import try_folder
from vqclip.outputs.claims import Claims

CHECKPOINT = ".checkpoint"
"""Suffix of checkpoints."""


def free_path(folder: Path, name: str, suffix: str, *, claims: Claims | None) -> Path:
    """Return a free path: `name`, or `name-2`, `name-3`, ...

    Args:
        folder: folder of the file.
        name: name of the file, without suffix.
        suffix: suffix of the file, with its dot.
        claims: take the name, so that no other process chooses it, too; none: existing files are
            replaced.

    Raises:
        OutputError: the folder cannot be written to.
    """
    path, number = folder / f"{name}{suffix}", 1
    while claims is not None and not _is_taken(path, claims):
        number += 1
        path = folder / f"{name}-{number}{suffix}"
    return path


def _is_taken(path: Path, claims: Claims) -> bool:
    """Take a name unless it belongs to a file or to another process; say whether it was taken."""

    def exists() -> bool:
        return path.exists() or path.with_suffix(CHECKPOINT).exists()

    if exists() or not claims.take(path.stem):
        return False
    if exists():  # written by a process that released its claim in between
        claims.give_back(path.stem)
        return False
    return True


def choose_paths(jobs: Sequence[Job]) -> tuple[tuple[Path, ...], Claims]:
    """Return a free path for each picture of a batch, and the claims that keep them free.

    Raises:
        OutputError: the folder cannot be written to.
    """
    settings = jobs[0].config.output
    folder = Path(settings.folder)
    try_folder(folder)
    claims = Claims(folder, hidden=True)
    paths: list[Path] = []
    for job in jobs:
        own = None if settings.overwrite else claims
        path = free_path(folder, job.stem, f".{settings.format}", claims=own)
        while path in paths:
            path = path.with_stem(f"{path.stem}-b")
        paths.append(path)
    return tuple(paths), claims


def check_folder(folder: Path) -> None:
    """Make sure that a folder can be written to or made, without making it.

    Raises:
        OutputError: it cannot.
    """
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OutputError(f"{folder} cannot be written: {place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"{folder} cannot be written: {place} is read-only")
