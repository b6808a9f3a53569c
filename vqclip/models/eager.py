"""Torch without its compiler, which costs more time to import than torch itself.

Nothing here is compiled, but torch, torchvision and timm mark functions for the compiler and import
all of it for such a mark. `torch.compile` works as ever: it imports the compiler when it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from inspect import unwrap
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

COMPILER = "torch._dynamo"
UTILITIES = f"{COMPILER}.utils"
MARKED = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
"""Methods of an optimiser that are marked for the compiler, besides its step."""
FILLING = frozenset({"uniform_", "normal_", "fill_", "zero_"})
"""Methods of a tensor that modules are initialised with."""


class StandIn(ModuleType):
    """A module of the compiler while others are imported; for a name it lacks, the real one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        _remove_stand_ins()
        return getattr(import_module(self.__name__), name)


@contextmanager
def without_compiler() -> Iterator[None]:
    """Let marks for torch's compiler mean nothing while modules are imported, unless it is loaded.

    Afterwards `torch._dynamo` is to be imported as if nothing had been.
    """
    if COMPILER in sys.modules:
        yield
        return
    compiler, utilities = StandIn(COMPILER), StandIn(UTILITIES)
    for name, value in (("disable", _disable), ("graph_break", _graph_break), ("utils", utilities)):
        setattr(compiler, name, value)
    utilities.__dict__["is_compile_supported"] = _is_compile_supported
    sys.modules.update({COMPILER: compiler, UTILITIES: utilities})
    try:
        yield
    finally:
        _remove_stand_ins()


def _remove_stand_ins() -> None:
    for name in (COMPILER, UTILITIES):
        if isinstance(sys.modules.get(name), StandIn):
            del sys.modules[name]


def _disable(function: Any = None, *_: object, **__: object) -> Any:
    """Return a function as it is, in place of one that is never compiled."""
    return _disable if function is None else function


def _graph_break(*_: object, **__: object) -> None:
    """Do nothing: no graph is recorded."""


def _is_compile_supported(device: str) -> bool:
    """Ask the compiler itself: torchvision does so when it pools regions."""
    return bool(import_module(UTILITIES).is_compile_supported(device))


@cache
def eager(optimizer: Any) -> Callable[..., torch.optim.Optimizer]:
    """Return the same class of optimisers, with methods that import no compiler."""
    methods: dict[str, Callable[..., Any]] = {
        name: unwrap(getattr(optimizer, name)) for name in MARKED
    }
    methods["step"] = torch.no_grad()(unwrap(optimizer.step))
    own: Callable[..., torch.optim.Optimizer] = type(optimizer.__name__, (optimizer,), methods)
    return own


class Uninitialized(TorchFunctionMode):
    """Modules built under it keep the tensors they allocate: their weights are loaded afterwards.

    Initialising tensors of the device `meta` does nothing either, but imports the compiler.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Return the tensor as it is where `func` fills one; call any other function."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == nn.init.__name__:
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        if getattr(func, "__name__", None) in FILLING and isinstance(args[0], Tensor):
            return args[0]
        return func(*args, **kwargs)
