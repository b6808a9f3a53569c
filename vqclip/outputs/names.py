"""File names of pictures: free ones, and what is never replaced, so that no picture is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from vqclip.config.job import Job
from vqclip.errors import ForeignFileError, OutputError, VqclipError
from vqclip.files.atomic import try_folder
from vqclip.files.paths import user_path
from vqclip.outputs import recipe as recipes
from vqclip.outputs.claims import Claims

CHECKPOINT, PREVIEWS, TRACE, FRAMES = ".checkpoint", ".steps", ".trace.jsonl", ".film"
"""Suffixes of the files and the folder beside a picture."""


def free_path(path: Path, claims: Claims, *, replace: bool = False) -> Path:
    """Take a free path and return it: `path`, or one whose name ends in `-2`, `-3`, ...

    Args:
        path: the path that is wished for.
        claims: take the name, so that no other process chooses it, too.
        replace: whether the files of that very path may be replaced.

    Raises:
        OutputError: the folder cannot be written to.
    """
    free, number = path, 1
    while not _take(free, claims, replace=replace and number == 1):
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _take(path: Path, claims: Claims, *, replace: bool) -> bool:
    """Take a name unless it belongs to a file or to another process; say whether it was taken."""

    def exists() -> bool:
        beside = (path.with_suffix(suffix) for suffix in (CHECKPOINT, PREVIEWS, TRACE, FRAMES))
        return not replace and any(file.exists() for file in (path, *beside))

    if exists() or not claims.take(path.stem):
        return False
    if exists():  # written by a process that released its claim in between
        claims.give_back(path.stem)
        return False
    return True


def is_picture_of(path: Path, job: Job) -> bool:
    """Return whether a file is a picture of a job, finished or not: its recipe says so."""
    try:
        return Job.of(recipes.read(path).config).id == job.id
    except VqclipError:
        return False


def check_own(path: Path, job: Job) -> None:
    """Make sure that a file which would be replaced is an earlier state of a job's picture.

    Raises:
        ForeignFileError: it is something else.
    """
    if path.exists() and not is_picture_of(path, job):
        raise ForeignFileError(
            f"{path} already exists, and is not the picture that would be written there: move it "
            "away"
        )


def choose_paths(jobs: Sequence[Job]) -> tuple[tuple[Path, ...], Claims]:
    """Return a free path for each picture of a batch, and the claims that keep them free.

    Raises:
        OutputError: the folder cannot be written to.
    """
    settings = jobs[0].config.output
    folder = user_path(settings.folder)
    try_folder(folder)
    claims = Claims(folder, hidden=True)
    paths: list[Path] = []
    for job in jobs:
        wished = folder / job.file_name
        paths.append(free_path(wished, claims, replace=settings.overwrite))
    return tuple(paths), claims


def existing_folder(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def check_folder(folder: Path) -> None:
    """Make sure that a folder can be written to or made, without making it.

    Raises:
        OutputError: it cannot.
    """
    place = existing_folder(folder)
    if not place.is_dir():
        raise OutputError(f"{folder} cannot be written: {place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"{folder} cannot be written: {place} is read-only")
