"""The file of a sketch model: 8-bit weights with its vocabulary, its sizes and its codebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqclip.errors import CheckpointError
from vqclip.files.atomic import atomic
from vqclip.machine.memory import pass_on
from vqclip.models.eager import Uninitialized
from vqclip.models.sketches.packed import pack
from vqclip.models.sketches.sketchwords import Vocabulary
from vqclip.models.sketches.transformer import SketchShape, SketchTransformer

SCALE = ".scale"
"""Ending of the name of the scales of a matrix."""
ABOUT = "sketch"
"""Name of the entry of the metadata."""
LEVELS = 127


@dataclass(frozen=True)
class SketchModel:
    """A sketch model ready to write codes.

    Attributes:
        transformer: frozen; it reads and writes float32.
        vocabulary: its words.
        codebook: SHA-256 of the codebook whose codes it writes, as `codebook_hash` makes it.
    """

    transformer: SketchTransformer
    vocabulary: Vocabulary
    codebook: str


def codebook_hash(codebook: Tensor) -> str:
    """Return the SHA-256 of a codebook (K, D) in half precision, in which it is stored."""
    return hashlib.sha256(codebook.detach().cpu().half().numpy().tobytes()).hexdigest()


def rounded(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return a matrix (M, N) as int8, and the scales (M,) of its rows in half precision."""
    scale = (matrix.abs().amax(dim=1) / LEVELS).clamp_min(1e-7).half()
    whole = (matrix / scale[:, None].float()).round().clamp(-LEVELS, LEVELS)
    return whole.to(torch.int8), scale


def write_sketch(
    path: Path, weights: Mapping[str, Tensor], shape: SketchShape, tokens: list[int], codebook: str
) -> None:
    """Write a sketch model; rows of the token embedding that no token has are left out.

    Args:
        path: of the file.
        weights: of a `SketchTransformer` of this shape.
        shape: its sizes.
        tokens: of the vocabulary, in the order of their rows.
        codebook: SHA-256 of the codebook.

    Raises:
        OutputError: it cannot be written.
    """
    words = len(Vocabulary(tokens))
    tensors: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        own = tensor.detach().float().cpu()
        if name == "words.weight":
            own = own[:words]
        if own.dim() == 2 and name.endswith(".weight"):
            tensors[name], tensors[name + SCALE] = rounded(own)
        else:
            tensors[name] = own.half().contiguous()
    sizes = {**asdict(shape), "words": words}
    about = {"codebook": codebook, "shape": sizes, "tokens": tokens}
    # One entry, because safetensors writes several in any order.
    metadata = {ABOUT: json.dumps(about, separators=(",", ":"))}
    with atomic(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)


def read_sketch(path: Path) -> SketchModel:
    """Read a sketch model onto the CPU, packed and frozen.

    Raises:
        CheckpointError: it is missing, damaged, or something else.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})[ABOUT])
            names = set(file.keys())
            stored = {name: file.get_tensor(name) for name in names}
        sizes, codebook = about["shape"], str(about["codebook"])
        shape = SketchShape(**{own.name: int(sizes[own.name]) for own in fields(SketchShape)})
        vocabulary = Vocabulary([int(token) for token in about["tokens"]])
        with torch.device("meta"), Uninitialized():
            transformer = SketchTransformer(shape)
        weights = {
            name: tensor.float() * stored[name + SCALE].float()[:, None]
            if name + SCALE in names
            else tensor.float()
            for name, tensor in stored.items()
            if not name.endswith(SCALE)
        }
        transformer.load_state_dict(weights, assign=True)
        transformer.restore_turns()
        matrices = {
            name: (tensor, stored[name + SCALE])
            for name, tensor in stored.items()
            if name + SCALE in names
        }
        pack(transformer, matrices)
    except (SafetensorError, OSError, LookupError, ValueError, TypeError, RuntimeError) as error:
        pass_on(error)
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise CheckpointError(f"{path} is not a sketch model: {detail}") from error
    return SketchModel(transformer.eval().requires_grad_(False), vocabulary, codebook)
