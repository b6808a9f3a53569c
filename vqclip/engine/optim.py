"""Optimisers by name, schedules over the run, and the moving average of the latent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

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


def make_optimizer(
    name: str, parameters: Sequence[Tensor], *, learning_rate: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Make an optimiser of `OPTIMIZERS` with the betas of this program."""
    settings: dict[str, Any] = {"lr": learning_rate, "weight_decay": weight_decay}
    if name in WITH_BETAS:
        settings["betas"] = BETAS
    return OPTIMIZERS[name](list(parameters), **settings)


def select_rows(optimizer: torch.optim.Optimizer, rows: Tensor) -> dict[str, Any]:
    """Return the optimiser's state with only some images of the batch."""
    state = optimizer.state_dict()
    state["state"] = {
        index: {
            key: value[rows] if isinstance(value, Tensor) and value.dim() else deepcopy(value)
            for key, value in one.items()
        }
        for index, one in state["state"].items()
    }
    return state


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
    progress = step / max(1, steps - 1)
    if decay == "cosine":
        return growth * (final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2)
    if decay == "step" and progress >= step_at:
        return growth * final
    return growth


class Average:
    """An exponential moving average with bias correction (as in Adam, arXiv:1412.6980)."""

    def __init__(self, like: Tensor, decay: float) -> None:
        self.decay, self.remaining = decay, 1.0
        self.total = torch.zeros_like(like)

    def update(self, value: Tensor) -> None:
        """Add a value of the same shape."""
        self.total.mul_(self.decay).add_(value, alpha=1 - self.decay)
        self.remaining *= self.decay

    @property
    def value(self) -> Tensor:
        """The average so far; at least one value must have been added."""
        return self.total / (1 - self.remaining)

    def select(self, rows: Tensor) -> None:
        """Keep some images of the batch."""
        self.total = self.total[rows]

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to continue."""
        return {"total": self.total.clone(), "remaining": self.remaining}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.total = state["total"].to(self.total)
        self.remaining = float(state["remaining"])
