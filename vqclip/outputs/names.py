"""File names of pictures: free ones, so that no earlier picture is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from vqclip.config.job import Job
from vqclip.errors import OutputError
from vqclip.files import write

CHECKPOINT = ".checkpoint"
"""Suffix of checkpoints."""


def free_path(folder: Path, name: str, suffix: str, *, overwrite: bool) -> Path:
    """Return a free path: `name`, or `name-2`, `name-3`, ...

    Args:
        folder: folder of the file.
        name: name of the file, without suffix.
        suffix: suffix of the file, with its dot.
        overwrite: whether an existing file may be replaced.
    """
    path, number = folder / f"{name}{suffix}", 1
    while not overwrite and (path.exists() or path.with_suffix(CHECKPOINT).exists()):
        number += 1
        path = folder / f"{name}-{number}{suffix}"
    return path


def choose_paths(jobs: Sequence[Job]) -> tuple[Path, ...]:
    """Return a free path for each picture of a batch, after testing that the folder is writable.

    Raises:
        OutputError: it cannot.
    """
    settings = jobs[0].config.output
    folder = Path(settings.folder)
    probe = folder / ".writable"
    write(probe, b"")
    probe.unlink()
    paths: list[Path] = []
    for job in jobs:
        path = free_path(folder, job.stem, f".{settings.format}", overwrite=settings.overwrite)
        while path in paths:
            path = path.with_stem(f"{path.stem}-b")
        paths.append(path)
    return tuple(paths)


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
