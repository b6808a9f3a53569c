"""Reading VQGAN weights safely: tensors only, the architecture read from their shapes."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from vqclip.errors import CheckpointError

CORE = ("encoder.", "decoder.", "quantize.", "quant_conv.", "post_quant_conv.")
FIRST_STAGE = "first_stage_model."
PICKLES = (".ckpt", ".pt", ".pth", ".bin")
NOMINAL_RESOLUTION = 256
"""Only names the level at which attention sits; images of any size are encoded and decoded."""


@dataclass(frozen=True)
class Architecture:
    """What taming's `Encoder` and `Decoder` and our quantiser are built from."""

    gumbel: bool
    codes: int
    embed_dim: int
    mid_attention: bool
    z_channels: int
    ch: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]

    @property
    def factor(self) -> int:
        """Pixels per latent cell along a side."""
        return int(2 ** (len(self.ch_mult) - 1))

    def ddconfig(self) -> dict[str, Any]:
        """The keyword arguments of taming's `Encoder` and `Decoder`."""
        shared = ("z_channels", "ch", "ch_mult", "num_res_blocks", "attn_resolutions")
        chosen = {key: value for key, value in asdict(self).items() if key in shared}
        fixed = {"double_z": False, "in_channels": 3, "out_ch": 3, "dropout": 0.0}
        return {**chosen, **fixed, "resolution": NOMINAL_RESOLUTION}


def infer_architecture(tensors: Mapping[str, Tensor]) -> Architecture:
    """Read the architecture from the shapes of taming's tensors; names and yaml can mislead.

    Raises:
        CheckpointError: a tensor every VQGAN has is missing, or the images are not RGB.
    """
    try:
        levels = _count(tensors, r"encoder\.down\.(\d+)\.")
        stem = tensors["encoder.conv_in.weight"]
        gumbel = "quantize.proj.weight" in tensors
        codebook = tensors[f"quantize.{'embed' if gumbel else 'embedding'}.weight"]
        ch, channels = stem.shape[0], stem.shape[1]
        widths = [tensors[f"encoder.down.{k}.block.0.conv1.weight"].shape[0] for k in range(levels)]
        if channels != 3:
            raise CheckpointError(f"the VQGAN takes {channels}-channel images; only RGB is drawn")
        return Architecture(
            gumbel=gumbel,
            codes=codebook.shape[0],
            embed_dim=codebook.shape[1],
            mid_attention="encoder.mid.attn_1.q.weight" in tensors,
            z_channels=tensors["decoder.conv_in.weight"].shape[1],
            ch=ch,
            ch_mult=tuple(width // ch for width in widths),
            num_res_blocks=_count(tensors, r"encoder\.down\.0\.block\.(\d+)\."),
            attn_resolutions=tuple(
                NOMINAL_RESOLUTION >> k
                for k in range(levels)
                if f"encoder.down.{k}.attn.0.q.weight" in tensors
            ),
        )
    except (KeyError, IndexError, ValueError) as error:
        raise CheckpointError(
            f"these are not the weights of a VQGAN in taming's layout (no usable {error})"
        ) from error


def _count(tensors: Mapping[str, Tensor], pattern: str) -> int:
    numbers = [int(match[1]) for key in tensors if (match := re.match(pattern, key))]
    if not numbers:
        raise KeyError(pattern.replace("\\", "").replace("(d+)", "N"))
    return 1 + max(numbers)


def read_vqgan(path: Path) -> dict[str, Tensor]:
    """Read the generator's tensors, float32 on the CPU, from a taming checkpoint.

    Raises:
        CheckpointError: the file is missing, truncated, not a checkpoint, or holds anything that
            would have to be unpickled as code.
    """
    tensors = _read_tensors(path)
    if any(key.startswith(FIRST_STAGE) for key in tensors):
        tensors = {
            key[len(FIRST_STAGE) :]: value
            for key, value in tensors.items()
            if key.startswith(FIRST_STAGE)
        }
    return {
        key: value.float()
        for key, value in tensors.items()
        if key.startswith(CORE) and not key.endswith("num_batches_tracked")
    }


def _read_tensors(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise CheckpointError(f"there is no weights file {path}")
    if path.suffix == ".safetensors":
        try:
            return dict(load_file(path))
        except (SafetensorError, OSError) as error:
            raise CheckpointError(_damaged(path, error)) from error
    if path.suffix in PICKLES:
        return _read_pickle(path)
    raise CheckpointError(
        f"{path} is not a weights file: allowed are .safetensors, {', '.join(PICKLES)}"
    )


def _read_pickle(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is not a readable checkpoint, or holds more than tensors, and nothing but "
            f"tensors is ever unpickled ({str(error).splitlines()[0]}); "
            "re-save its state_dict as .safetensors"
        ) from error
    except Exception as error:  # for files that are no pickle, torch raises whatever they hit on
        raise CheckpointError(_damaged(path, error)) from error
    tensors = content.get("state_dict", content) if isinstance(content, dict) else content
    if not isinstance(tensors, dict):
        raise CheckpointError(f"{path} is not a checkpoint: it holds no table of tensors")
    return {
        key: value
        for key, value in tensors.items()
        if isinstance(key, str) and isinstance(value, Tensor)
    }


def _damaged(path: Path, error: Exception) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return (
        f"{path} ({path.stat().st_size:,} bytes) is damaged, incomplete or not a weights file: "
        f"{reason}"
    )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
