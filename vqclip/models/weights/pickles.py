"""PyTorch's pickled checkpoints: tensors and plain values alone, never code.

Always through torch's restricted unpickler. The few classes that training frameworks leave in
published checkpoints are replaced, by their full names, with stubs that do nothing; the real ones
are never imported. Every other name is refused.
"""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vqclip.errors import CheckpointError


class Inert:
    """Takes the place of a class whose content nobody needs."""

    def __new__(cls, *_: Any, **__: Any) -> Inert:
        """Ignore all arguments."""
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __setstate__(self, _: Any) -> None:
        """Ignore the state."""


def _empty_table(*_: Any) -> OrderedDict[Any, Any]:
    return OrderedDict()


STUBBED = tuple(
    f"{package}.callbacks.{name}"
    for package in ("pytorch_lightning", "lightning.pytorch")
    for name in (
        "early_stopping.EarlyStopping",
        "lr_monitor.LearningRateMonitor",
        "model_checkpoint.ModelCheckpoint",
        "progress.ProgressBar",
    )
) + (
    "omegaconf.base.ContainerMetadata",
    "omegaconf.base.Metadata",
    "omegaconf.dictconfig.DictConfig",
    "omegaconf.listconfig.ListConfig",
    "omegaconf.nodes.AnyNode",
    "omegaconf.nodes.BooleanNode",
    "omegaconf.nodes.FloatNode",
    "omegaconf.nodes.IntegerNode",
    "omegaconf.nodes.StringNode",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
    "typing.Any",
)
HARMLESS: dict[str, Callable[..., Any]] = {
    **{name: type(name.rpartition(".")[2], (Inert,), {}) for name in STUBBED},
    # The unpickler fills ordered dictionaries, and no other class, by item.
    "collections.defaultdict": _empty_table,
    "builtins.dict": dict,
    "builtins.list": list,
    "builtins.int": int,
    "builtins.set": set,
    "builtins.tuple": tuple,
}
"""What may stand in a checkpoint beside tensors, by full name, and what it becomes."""

BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError)
"""What a damaged zip archive may raise; it also reads as one of a future version."""

UNSUPPORTED = re.compile(r"GLOBAL (\S+) (?:was not an allowed|whose module)")
"""Where torch's refusal names what it refused."""


def read_pickle(path: Path) -> Any:
    """Unpickle a checkpoint on the CPU, mapped into memory where its form allows.

    Raises:
        CheckpointError: it is damaged, holds code, or unpacks to more than it is.
    """
    zipped = check_archive(path)
    pairs: list[Any] = [(one, name) for name, one in HARMLESS.items()]
    try:
        with torch.serialization.safe_globals(pairs), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd tensors are refused later, by `check_tensor`
            if zipped:
                _refuse(path, torch.serialization.get_unsafe_globals_in_checkpoint(str(path)))
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        found = UNSUPPORTED.findall(str(error))
        _refuse(path, found)
        # Torch's own message advises to load unsafely; only its last part says what is wrong.
        raise CheckpointError(damaged(path, str(error).rpartition("error:")[2])) from error
    except CheckpointError:
        raise
    except Exception as error:  # for files that are no pickle, torch raises whatever they hit on
        raise CheckpointError(damaged(path, error)) from error


def _refuse(path: Path, names: list[str]) -> None:
    bad = sorted(set(names) - set(HARMLESS))
    if bad:
        raise CheckpointError(
            f"{path} names {', '.join(bad)}, which would have to run as code: nothing but tensors "
            "is ever unpickled; get the file from its author as .safetensors"
        )


def check_archive(path: Path) -> bool:
    """Look at the directory of a checkpoint before anything in it is read.

    Returns:
        whether it is a zip archive; older checkpoints are not.

    Raises:
        CheckpointError: it is damaged, a program, or unpacks to more than it is.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":  # as torch tells, not by the end of the file
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*BAD_ARCHIVE, OSError) as error:
        raise CheckpointError(damaged(path, error)) from error
    unpacked, size = sum(one.file_size for one in members), path.stat().st_size
    if unpacked > size:
        raise CheckpointError(
            f"{path} is refused: its {size:,} bytes unpack to {unpacked:,}, and checkpoints of "
            "PyTorch are not compressed"
        )
    names = [one.filename.split("/", 1)[-1] for one in members]
    if any(name == "constants.pkl" or name.startswith("code/") for name in names):
        raise CheckpointError(
            f"{path} is a TorchScript archive, which holds a program; expected a table of tensors "
            "(.safetensors, or a state_dict)"
        )
    return True


def check_tensor(name: str, tensor: Tensor) -> None:
    """Make sure a tensor is plain memory, as large as it says.

    Raises:
        CheckpointError: it is sparse, without memory, of no real numbers, or repeats its memory.
    """
    plain = tensor.layout == torch.strided and not tensor.is_meta
    if not (plain and tensor.is_floating_point()):
        raise CheckpointError(f"the tensor {name} is not a plain table of numbers")
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise CheckpointError(
            f"the tensor {name} claims the shape {tuple(tensor.shape)}, which is more than the "
            "file holds of it"
        )


def damaged(path: Path, error: Exception | str) -> str:
    """The sentence for a file that cannot be read."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return (
        f"{path} ({path.stat().st_size:,} bytes) is damaged, incomplete or not a weights file: "
        f"{reason}"
    )
