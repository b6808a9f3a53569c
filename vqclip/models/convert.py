"""Conversion of a published VQGAN to the slim form: the tensors of the generator alone."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from vqclip.errors import CheckpointError, OutputError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import Architecture
from vqclip.models.weights.archives import extract, is_archive
from vqclip.models.weights.checkpoints import read_vqgan, write_vqgan
from vqclip.models.weights.forms import SAFE


def convert(source: Path, target: Path, *, overwrite: bool = False) -> Architecture:
    """Write the VQGAN of `source` to `target` in the slim form.

    Args:
        source: a file of any published form, its folder, or a zip archive that holds one.
        target: a path that ends in `.safetensors`.
        overwrite: replace the target if it exists.

    Returns:
        the architecture, as the tensors show it.

    Raises:
        CheckpointError: the source is not a VQGAN that can be read safely.
        OutputError: the target has another ending, exists, or cannot be written.
    """
    if target.suffix != SAFE:
        raise OutputError(f"{target}: the name of a slim file ends in {SAFE}")
    if target.exists() and not overwrite:
        raise OutputError(f"{target} already exists; name another file, or pass --overwrite")
    tensors = _read(source, target.with_name(f"{target.stem}.unpacked.part"))
    try:
        TamingVQGAN.from_tensors(
            tensors
        )  # checks that no tensor is missing, superfluous or misshapen
        return write_vqgan(target, tensors)
    except CheckpointError as error:
        raise CheckpointError(f"{source}: {error}") from error


def _read(source: Path, scratch: Path) -> dict[str, Tensor]:
    """Read a file or folder as `read_vqgan` does, or the weights file in a zip archive."""
    if not source.is_file() or not is_archive(source):
        return read_vqgan(source)
    try:
        scratch.parent.mkdir(parents=True, exist_ok=True)
        try:
            extract(source, scratch)
            return read_vqgan(scratch)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{scratch} cannot be written: {error.strerror or error}") from error
