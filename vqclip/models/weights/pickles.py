"""PyTorch's pickled checkpoints, read as tensors and plain values, never as code.

Torch's restricted unpickler reads them. The few classes that training frameworks leave in published
checkpoints are replaced, by their full names, with stubs that do nothing; the real classes are
never imported. Every other name is refused.
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

from vqclip.errors import CheckpointError, listed
from vqclip.machine.memory import pass_on


class Inert:
    """A stub for a class whose content is not needed."""

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
"""The classes that a checkpoint may name beside tensors, and the stub or builtin of each."""

BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError)
"""The errors of a damaged zip archive, and of one that seems to be of a future version."""

UNSUPPORTED = re.compile(r"GLOBAL (\S+) (?:was not an allowed|whose module)")
"""The name that torch refused, in its error message."""


def read_pickle(path: Path) -> Any:
    """Unpickle a checkpoint on the CPU, memory-mapped if it is a zip archive.

    Raises:
        CheckpointError: it is damaged, holds code, or unpacks to more than its size.
    """
    zipped = check_archive(path)
    pairs: list[Any] = [(stub, name) for name, stub in HARMLESS.items()]
    try:
        with torch.serialization.safe_globals(pairs), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unusual tensors are refused later, by `check_tensor`
            if zipped:
                _refuse(path, torch.serialization.get_unsafe_globals_in_checkpoint(str(path)))
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        found = UNSUPPORTED.findall(str(error))
        _refuse(path, found)
        # Torch's message advises loading unsafely; only its last part says what is wrong.
        raise CheckpointError(damaged(path, str(error).rpartition("error:")[2])) from error
    except CheckpointError:
        raise
    except Exception as error:  # torch raises errors of any class for files that are not pickles
        pass_on(error)
        raise CheckpointError(damaged(path, error)) from error


def _refuse(path: Path, names: list[str]) -> None:
    bad = sorted(set(names) - set(HARMLESS))
    if bad:
        raise CheckpointError(
            f"{path} names {listed(bad)}, which would have to run as code: nothing but tensors "
            "is ever unpickled; ask its author for a .safetensors file"
        )


def check_archive(path: Path) -> bool:
    """Check the members of a checkpoint before any of them is read.

    Returns:
        whether it is a zip archive; older checkpoints are not.

    Raises:
        CheckpointError: it is damaged, a program, or unpacks to more than its size.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":  # by its start, as torch decides, not by its end
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*BAD_ARCHIVE, OSError) as error:
        raise CheckpointError(damaged(path, error)) from error
    unpacked, size = sum(member.file_size for member in members), path.stat().st_size
    if unpacked > size:
        raise CheckpointError(
            f"{path} is refused: its {size:,} bytes would unpack to {unpacked:,} bytes, and "
            "PyTorch does not compress checkpoints"
        )
    names = [member.filename.split("/", 1)[-1] for member in members]
    if any(name == "constants.pkl" or name.startswith("code/") for name in names):
        raise CheckpointError(
            f"{path} is a TorchScript archive, which holds a program; expected a table of tensors "
            "(.safetensors or a state_dict)"
        )
    return True


def check_tensor(name: str, tensor: Tensor) -> None:
    """Check that a tensor is dense, of real numbers, and has as much memory as its shape needs.

    Raises:
        CheckpointError: it is sparse, has no memory, repeats it, or is not of floating point.
    """
    plain = tensor.layout == torch.strided and not tensor.is_meta
    if not (plain and tensor.is_floating_point()):
        raise CheckpointError(f"the tensor {name} is not a dense table of real numbers")
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise CheckpointError(
            f"the tensor {name} claims the shape {tuple(tensor.shape)}, for which the file holds "
            "too few numbers"
        )


def damaged(path: Path, error: Exception | str) -> str:
    """Return the message for a file that cannot be read."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return (
        f"{path} ({path.stat().st_size:,} bytes) is damaged, incomplete or not a weights file: "
        f"{reason}"
    )
