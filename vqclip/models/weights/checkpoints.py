"""Reading and writing VQGAN weights: every published form, tensors only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqclip.errors import CheckpointError
from vqclip.files import atomic
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.layouts import as_convolution, taming_names
from vqclip.models.weights.pickles import check_tensor, damaged, read_pickle

SAFE = ".safetensors"
PICKLES = (".ckpt", ".pt", ".pth", ".bin")
FOLDER_FILES = (
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.bin",
    "pytorch_model.bin",
    "model.ckpt",
    "last.ckpt",
    "checkpoints/last.ckpt",
    "ckpts/last.ckpt",
)
"""Where the weights lie in the folders of diffusers and of training runs, most wanted first."""

METADATA = "vqclip"
"""The one key of our metadata: with several, safetensors orders them at random."""


def read_vqgan(path: Path) -> dict[str, Tensor]:
    """Read the generator's tensors from a file of any published form.

    Returns:
        taming's names -> float32 on the CPU, in memory of their own.

    Raises:
        CheckpointError: the file is missing, truncated, not a VQGAN, or holds anything that would
            have to be unpickled as code.
    """
    path = weights_file(path)
    try:
        kind = sniff(path)
        tensors = _read_safe(path) if kind == SAFE else _select(read_table(path))
    except CheckpointError as error:
        if str(path) in str(error):
            raise
        raise CheckpointError(f"{path}: {error}") from error
    broken = [name for name, one in tensors.items() if not one.isfinite().all()]
    if broken:
        raise CheckpointError(f"{path} is damaged: {broken[0]} has numbers that are not finite")
    return tensors


def weights_file(path: Path) -> Path:
    """Return the file itself, or the weights file of a folder.

    Raises:
        CheckpointError: there is none.
    """
    if path.is_dir():
        found = [path / name for name in FOLDER_FILES if (path / name).is_file()]
        if not found:
            raise CheckpointError(
                f"{path} has no weights: expected one of {', '.join(FOLDER_FILES)}"
            )
        return found[0]
    if not path.is_file():
        raise CheckpointError(f"there is no weights file {path}")
    return path


def sniff(path: Path) -> str:
    """Tell by its first bytes what a file is: `.safetensors`, or `.ckpt` for any pickle.

    Raises:
        CheckpointError: it is neither, and most likely what it is instead.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100_000_000:
        return SAFE
    if head[:4] == b"PK\x03\x04" or head[:1] == b"\x80":
        return PICKLES[0]
    likely = ""
    if head.lstrip()[:1] == b"<":
        likely = "; it is a web page, perhaps an error message of a server"
    elif head.startswith(b"version https://git-lfs"):
        likely = "; it is a Git LFS pointer, not the file it points to"
    elif not head:
        likely = "; it is empty"
    raise CheckpointError(
        f"{path} is damaged or not a weights file: allowed are {SAFE}, {', '.join(PICKLES)}{likely}"
    )


def read_table(path: Path) -> dict[str, Tensor]:
    """Read the table of tensors of a pickled checkpoint, raw or within `state_dict`.

    Raises:
        CheckpointError: it is damaged, holds code, or holds no table of tensors.
    """
    content = read_pickle(path)
    tensors = content.get("state_dict", content) if isinstance(content, dict) else content
    if not isinstance(tensors, dict):
        raise CheckpointError(f"{path} is not a checkpoint: it holds no table of tensors")
    return {
        key: value
        for key, value in tensors.items()
        if isinstance(key, str) and isinstance(value, Tensor)
    }


def _read_safe(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            names: list[str] = list(file.keys())
            return _collect(names, file.get_tensor)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(damaged(path, error)) from error


def _select(table: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return _collect(list(table), table.__getitem__)


def _collect(names: list[str], get: Callable[[str], Tensor]) -> dict[str, Tensor]:
    """Take what belongs to the generator, and leave the rest where it lies."""
    tensors = {}
    for name, own in taming_names(names).items():
        tensor = get(name)
        check_tensor(name, tensor)
        tensors[own] = (
            as_convolution(own, tensor.detach()).to(torch.float32, copy=True).contiguous()
        )
    return dict(sorted(tensors.items()))


def write_vqgan(path: Path, tensors: Mapping[str, Tensor]) -> Architecture:
    """Write the slim form: the generator alone, its architecture in the metadata.

    Raises:
        CheckpointError: the tensors are not those of a VQGAN.
        OutputError: the file cannot be written.
    """
    architecture = infer_architecture(tensors)
    metadata = {METADATA: json.dumps({**asdict(architecture), "factor": architecture.factor})}
    with atomic(path) as temporary:
        save_file(dict(tensors), temporary, metadata=metadata)
    return architecture


def read_metadata(path: Path) -> dict[str, Any]:
    """Read the architecture that `write_vqgan` wrote into a file, or an empty table.

    Raises:
        CheckpointError: the file is damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(METADATA, "{}")
        return dict(json.loads(text))
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(damaged(path, error)) from error
