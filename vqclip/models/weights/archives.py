"""Zip archives that hold one weights file, as the first stages of latent diffusion come."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from vqclip.errors import CheckpointError
from vqclip.models.weights.checkpoints import PICKLES, SAFE
from vqclip.models.weights.pickles import BAD_ARCHIVE, damaged

LARGEST = 16 << 30
"""Bytes that a weights file may unpack to: twice the largest published one."""

RATIO = 20
"""Times its own size that an archive may unpack to; zeros of an optimiser pack well."""


def is_archive(path: Path) -> bool:
    """Tell an archive of files from a checkpoint of PyTorch, which is a zip file as well."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.endswith("data.pkl") for name in archive.namelist())
    except (*BAD_ARCHIVE, OSError) as error:
        raise CheckpointError(damaged(path, error)) from error


def extract(path: Path, target: Path) -> None:
    """Write the one weights file of an archive to `target`; names inside decide no path.

    Raises:
        CheckpointError: there is no weights file or more than one in it, or it is damaged, or
            unpacks to more than a checkpoint can be.
        OSError: the target cannot be written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(path, archive)
            with archive.open(member) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    except BAD_ARCHIVE as error:
        raise CheckpointError(damaged(path, error)) from error


def _member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    suffixes = (SAFE, *PICKLES)
    found = [
        one
        for one in archive.infolist()
        if not one.is_dir() and PurePosixPath(one.filename).suffix in suffixes
    ]
    if len(found) != 1:
        names = ", ".join(one.filename for one in found) or "none"
        raise CheckpointError(
            f"{path} should hold exactly one weights file ({', '.join(suffixes)}), found: {names}"
        )
    unpacked, size = found[0].file_size, path.stat().st_size
    if unpacked > LARGEST or unpacked > RATIO * size:
        raise CheckpointError(f"{path} is refused: its {size:,} bytes unpack to {unpacked:,}")
    return found[0]
