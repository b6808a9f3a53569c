"""Optimisers by name, the learning rate over the run, and moving averages."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from vqclip.models.eager import eager

BETAS = (0.9, 0.99)
"""The second moment forgets in 100 steps: a run has hundreds of steps, not millions."""

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "radam": torch.optim.RAdam,
    "adamax": torch.optim.Adamax,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
}
WITH_BETAS = ("adam", "adamw", "radam", "adamax")


class Optimizer:
    """An optimiser of B images at once, with a learning rate that changes over the run.

    Args:
        name: a key of `OPTIMIZERS`.
        parameters: tensors (B, ...).
        learning_rate: the largest.
        weight_decay: pull towards 0.
        factor: step, counted from 0 -> what the learning rate is multiplied by.
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[Tensor],
        *,
        learning_rate: float,
        weight_decay: float,
        factor: Callable[[int], float],
    ) -> None:
        self.name, self.factor = name, factor
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.inner = self._make(parameters)

    def _make(self, parameters: Sequence[Tensor]) -> torch.optim.Optimizer:
        settings: dict[str, Any] = {"lr": self.learning_rate, "weight_decay": self.weight_decay}
        if self.name in WITH_BETAS:
            settings["betas"] = BETAS
        return eager(OPTIMIZERS[self.name])(list(parameters), **settings)

    def zero_grad(self) -> None:
        """Clear the gradients."""
        self.inner.zero_grad(set_to_none=True)

    def step(self, step: int) -> None:
        """Move the parameters against their gradients, at the learning rate of a step."""
        for group in self.inner.param_groups:
            group["lr"] = self.learning_rate * self.factor(step)
        self.inner.step()

    def select(self, rows: Tensor, parameters: Sequence[Tensor]) -> None:
        """Keep the moments of some images of the batch.

        Args:
            rows: which images.
            parameters: what is optimised from now on, those images' rows of the former tensors.
        """
        state = self.inner.state_dict()
        state["state"] = {
            index: {
                key: value[rows] if isinstance(value, Tensor) and value.dim() else deepcopy(value)
                for key, value in moments.items()
            }
            for index, moments in state["state"].items()
        }
        self.inner = self._make(parameters)
        self.inner.load_state_dict(state)

    def resize(self, parameters: Sequence[Tensor], change: Callable[[int, Tensor], Tensor]) -> None:
        """Go on with parameters of other shapes, perhaps more of them, and keep the moments.

        Args:
            parameters: what is optimised from now on; those beyond the former ones start with
                moments of 0.
            change: index of a parameter and a moment (B, ...) -> the moment in the new shape.
        """
        state, before = self.inner.state_dict(), self.inner.param_groups[0]["params"]
        moments: dict[int, dict[str, Any]] = {}
        for index, parameter in enumerate(parameters):
            source = state["state"].get(min(index, len(before) - 1))
            if source is None:
                continue
            shape = before[min(index, len(before) - 1)].shape
            moments[index] = {}
            for key, value in source.items():
                if not isinstance(value, Tensor) or value.shape != shape:
                    moments[index][key] = deepcopy(value)
                elif index < len(before):
                    moments[index][key] = change(index, value)
                else:
                    moments[index][key] = torch.zeros_like(parameter)
        self.inner = self._make(parameters)
        group = self.inner.state_dict()["param_groups"]
        self.inner.load_state_dict({"state": moments, "param_groups": group})

    def reset(self, parameters: Sequence[Tensor]) -> None:
        """Forget the moments, and optimise these parameters from now on."""
        self.inner = self._make(parameters)

    @torch.no_grad()
    def map_moments_(self, change: Callable[[Tensor], Tensor]) -> None:
        """Change every moment (B, ...) that has the shape of its parameter, such as by a warp.

        Args:
            change: keeps the shape; of values from 0 on it makes no negative ones.
        """
        for parameter, moments in self.inner.state.items():
            for value in moments.values():
                if isinstance(value, Tensor) and value.shape == parameter.shape:
                    value.copy_(change(value))

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return deepcopy(self.inner.state_dict())

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.inner.load_state_dict(deepcopy(dict(state)))


def learning_rate_factor(
    step: int, *, steps: int, warmup: int, decay: str, final: float, step_at: float
) -> float:
    """Return what the learning rate is multiplied by at a step, counted from 0.

    Args:
        step: of the run.
        steps: of the whole run.
        warmup: steps of linear growth at the start.
        decay: `constant`, `cosine` (to `final` at the last step), or `step` (to `final` at once).
        final: factor at the end.
        step_at: fraction of the run at which `step` falls.
    """
    growth = min(1.0, (step + 1) / (warmup + 1))
    progress = min(1.0, step / max(1, steps - 1))
    if decay == "cosine":
        return growth * (final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2)
    if decay == "step" and progress >= step_at:
        return growth * final
    return growth


class Average:
    """An exponential moving average with bias correction (as in Adam, arXiv:1412.6980).

    Args:
        like: a tensor (B, ...) of the shape that is averaged.
        decay: weight of the average so far, in [0, 1).
    """

    def __init__(self, like: Tensor, decay: float) -> None:
        self.decay, self.remaining = decay, 1.0
        self.total = torch.zeros_like(like)

    @property
    def empty(self) -> bool:
        """Whether no value was added yet."""
        return self.remaining == 1.0

    def update(self, value: Tensor) -> None:
        """Add a value of the same shape."""
        self.total.mul_(self.decay).add_(value, alpha=1 - self.decay)
        self.remaining *= self.decay

    @property
    def value(self) -> Tensor:
        """The average so far, of at least one value."""
        return self.total / (1 - self.remaining)

    def replace(self, value: Tensor) -> None:
        """Go on as if the average so far, of at least one value, were this one."""
        self.total = value * (1 - self.remaining)

    def reset(self) -> None:
        """Drop all values."""
        self.total.zero_()
        self.remaining = 1.0

    def select(self, rows: Tensor) -> None:
        """Keep some rows."""
        self.total = self.total[rows]

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {"total": self.total.clone(), "remaining": self.remaining}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.total = state["total"].to(self.total)
        self.remaining = float(state["remaining"])
