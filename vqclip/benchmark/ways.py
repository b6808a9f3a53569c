"""Ways to compute the bare models: number formats, memory layouts, and cuDNN's own search.

What a default should be is found out here, on the machine at hand, before it is built in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from vqclip.benchmark.bare import differentiate


@dataclass(frozen=True)
class Way:
    """A way to compute.

    Attributes:
        dtype: of the weights.
        amp: whether autocast computes in bfloat16.
        channels_last: whether the channels of a pixel lie side by side in memory.
        tf32: whether float32 products may round their factors to 10 bits.
        search: whether cuDNN tries its algorithms before it chooses one.
    """

    dtype: torch.dtype = torch.float32
    amp: bool = False
    channels_last: bool = False
    tf32: bool = False
    search: bool = False

    @contextmanager
    def settings(self) -> Iterator[None]:
        """Apply what torch keeps globally, for a while."""
        matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
        before = matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark
        matmul.allow_tf32 = cudnn.allow_tf32 = self.tf32
        cudnn.benchmark = self.search
        try:
            yield
        finally:
            matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark = before

    def copy(self, model: nn.Module) -> Any:
        """Return a model with its weights as this way holds them."""
        layout = torch.channels_last if self.channels_last else torch.preserve_format
        return deepcopy(model).to(self.dtype).to(memory_format=layout)


WAYS = {
    "float32": Way(),
    "float32 channels-last": Way(channels_last=True),
    "tf32": Way(tf32=True),
    "autocast": Way(amp=True),
    "autocast channels-last": Way(amp=True, channels_last=True),
    "autocast channels-last search": Way(amp=True, channels_last=True, search=True),
    "bfloat16": Way(torch.bfloat16),
    "bfloat16 channels-last": Way(torch.bfloat16, channels_last=True),
    "bfloat16 search": Way(torch.bfloat16, search=True),
    "bfloat16 channels-last search": Way(torch.bfloat16, channels_last=True, search=True),
}
"""By name; `autocast` is what a run does on a GPU."""


def passes(
    model: nn.Module, method: str, given: Tensor
) -> Iterator[tuple[str, Way, Callable[[], Tensor]]]:
    """Yield the forward and backward pass of a model, computed in each way.

    Args:
        model: frozen; it is copied.
        method: of the model, a tensor -> a tensor.
        given: what goes in, float32.
    """
    for name, way in WAYS.items():
        function = getattr(way.copy(model), method)
        yield name, way, partial(differentiate, function, given.to(way.dtype), way.amp)
