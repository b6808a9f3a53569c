"""Any published file of a VQGAN becomes the slim form: generator alone, tensors alone."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from vqclip.errors import CheckpointError, OutputError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import Architecture
from vqclip.models.weights.archives import extract, is_archive
from vqclip.models.weights.checkpoints import SAFE, read_vqgan, write_vqgan


def convert(source: Path, target: Path, *, overwrite: bool = False) -> Architecture:
    """Write the VQGAN of `source` to `target` as slim safetensors.

    Args:
        source: a file of any published form, its folder, or a zip archive with one in it.
        target: ends in `.safetensors`.
        overwrite: replace a file that is there.

    Returns:
        what the tensors turned out to be.

    Raises:
        CheckpointError: the source is not a VQGAN that can be read safely.
        OutputError: the target has another ending, exists, or cannot be written.
    """
    if target.suffix != SAFE:
        raise OutputError(f"{target}: the slim form ends in {SAFE}")
    if target.exists() and not overwrite:
        raise OutputError(f"{target} exists already; name another file, or pass --overwrite")
    tensors = _read(source, target.with_name(f"{target.stem}.unpacked.part"))
    try:
        TamingVQGAN.from_tensors(tensors)  # strictly: no tensor too few, too many or misshapen
        return write_vqgan(target, tensors)
    except CheckpointError as error:
        raise CheckpointError(f"{source}: {error}") from error


def _read(source: Path, scratch: Path) -> dict[str, Tensor]:
    """Read a file or folder as `read_vqgan` does, or the weights file within a zip archive."""
    if not source.is_file() or not is_archive(source):
        return read_vqgan(source)
    try:
        scratch.parent.mkdir(parents=True, exist_ok=True)
        extract(source, scratch)
        return read_vqgan(scratch)
    except OSError as error:
        raise OutputError(f"{scratch} cannot be written: {error.strerror or error}") from error
    finally:
        scratch.unlink(missing_ok=True)
