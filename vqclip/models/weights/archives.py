"""Zip archives that hold one weights file, as latent diffusion publishes its VQGANs."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from vqclip.errors import CheckpointError, listed
from vqclip.models.weights.forms import LARGEST, PICKLES, SAFE
from vqclip.models.weights.pickles import BAD_ARCHIVE, damaged

RATIO = 20
"""Largest ratio of the unpacked size to the archive's: the zeros of an optimiser pack well."""


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive of files, and not a PyTorch checkpoint, a zip file as well.

    Raises:
        CheckpointError: the archive is damaged.
    """
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.endswith("data.pkl") for name in archive.namelist())
    except (*BAD_ARCHIVE, OSError) as error:
        raise CheckpointError(damaged(path, error)) from error


def extract(path: Path, target: Path) -> None:
    """Write the single weights file of an archive to `target`, whatever its name in the archive.

    Raises:
        CheckpointError: the archive holds no weights file or several, is damaged, or unpacks to
            more than a checkpoint can be.
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
    """Return the single weights file among the members of an archive."""
    suffixes = (SAFE, *PICKLES)
    found = [
        member
        for member in archive.infolist()
        if not member.is_dir() and PurePosixPath(member.filename).suffix in suffixes
    ]
    if len(found) != 1:
        names = listed(member.filename for member in found) or "none"
        raise CheckpointError(
            f"{path} should hold exactly one weights file ({', '.join(suffixes)}), not {names}"
        )
    unpacked, size = found[0].file_size, path.stat().st_size
    if unpacked > LARGEST or unpacked > RATIO * size:
        raise CheckpointError(
            f"{path} is refused: its {size:,} bytes would unpack to {unpacked:,} bytes"
        )
    return found[0]
