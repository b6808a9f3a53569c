"""Reading and writing VQGAN weights: every published form, tensors only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqclip.errors import CheckpointError, listed
from vqclip.files.atomic import atomic
from vqclip.machine.memory import pass_on
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.forms import SAFE, sniff, weights_file
from vqclip.models.weights.layouts import as_convolution, taming_names
from vqclip.models.weights.pickles import check_tensor, damaged, read_pickle

MOST_TABLES = 500
"""Tables within a checkpoint that are looked through."""
METADATA = "vqclip"
"""The only key of our metadata: safetensors writes several keys in random order."""


def read_vqgan(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a VQGAN from a file of any published form, or from its folder.

    Returns:
        the tensors by taming's names: float32, on the CPU, in memory of their own.

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
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise CheckpointError(f"{path} is damaged: {name} has numbers that are not finite")
    return tensors


def read_table(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a pickled checkpoint, those of tables within tables by dotted names.

    Trainings keep a model in `state_dict`, `model`, `generator`, `params_ema` or elsewhere; where
    there is a `state_dict`, nothing beside it counts.

    Raises:
        CheckpointError: the file is damaged, holds code, or holds no tensors by name.
    """
    content = read_pickle(path)
    wrapped = content.get("state_dict") if isinstance(content, dict) else None
    tensors = dict(_tensors(content if wrapped is None else wrapped, "", []))
    if not tensors:
        raise CheckpointError(
            f"{path} is not a checkpoint: it holds no table of tensors, but {_kind(content)}"
        )
    return tensors


def _tensors(content: Any, prefix: str, seen: list[Any]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a table, and of the tables in it, with their dotted names.

    Every table is looked through once, as it may contain itself; `seen` holds them.
    """
    known = any(content is table for table in seen)
    if not isinstance(content, dict) or known or len(seen) > MOST_TABLES:
        return
    seen.append(content)
    for key, value in content.items():
        if not isinstance(key, str):  # an optimiser numbers its tensors
            continue
        if isinstance(value, Tensor):
            yield f"{prefix}{key}", value
        else:
            yield from _tensors(value, f"{prefix}{key}.", seen)


def _kind(content: Any) -> str:
    """Say what a checkpoint holds, for messages."""
    if isinstance(content, dict):
        return f"the keys {listed(map(str, content))}" if content else "an empty table"
    if isinstance(content, Tensor):
        return f"one tensor of the shape {tuple(content.shape)}"
    if isinstance(content, (list, tuple)):
        return f"a list of length {len(content):,}"
    return "nothing" if content is None else f"a value of the type {type(content).__name__}"


def _read_safe(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            names: list[str] = list(file.keys())
            return _collect(names, file.get_tensor)
    except (SafetensorError, OSError) as error:
        pass_on(error)
        raise CheckpointError(damaged(path, error)) from error


def _select(table: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return _collect(list(table), table.__getitem__)


def _collect(names: list[str], get: Callable[[str], Tensor]) -> dict[str, Tensor]:
    """Read the tensors of the generator, and no others."""
    tensors = {}
    for name, own in taming_names(names).items():
        tensor = get(name)
        check_tensor(name, tensor)
        tensors[own] = (
            as_convolution(own, tensor.detach()).to(torch.float32, copy=True).contiguous()
        )
    return dict(sorted(tensors.items()))


def write_vqgan(path: Path, tensors: Mapping[str, Tensor]) -> Architecture:
    """Write the slim form: the tensors of the generator alone, its architecture as metadata.

    Returns:
        the architecture.

    Raises:
        CheckpointError: the tensors are not those of a VQGAN.
        OutputError: the file cannot be written.
    """
    architecture = infer_architecture(tensors)
    metadata = {METADATA: json.dumps({**asdict(architecture), "factor": architecture.factor})}
    with atomic(path) as temporary:
        try:
            save_file(dict(tensors), temporary, metadata=metadata)
        except SafetensorError as error:  # the disk is full, for example
            raise OSError(str(error)) from error
    return architecture


def read_metadata(path: Path) -> dict[str, Any]:
    """Read the architecture that `write_vqgan` wrote as metadata; an empty table if it did not.

    Raises:
        CheckpointError: the file is damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(METADATA, "{}")
        return dict(json.loads(text))
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(damaged(path, error)) from error
