"""The state of an optimisation: all that changes from step to step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from vqclip.engine.guidance import Guidance
from vqclip.engine.latent import Latent
from vqclip.engine.limits import Limits
from vqclip.engine.optim import Average, Optimizer
from vqclip.randomness import Streams


@dataclass
class State:
    """B rows that are optimised side by side; none depends on another.

    Attributes:
        latent: what is optimised.
        optimizer: moves the latent's parameters.
        average: moving average of z, of which pictures are decoded.
        score: moving average of each row's loss (B,), by which starts compete.
        streams: random numbers of the B rows, by name.
        guidance: the guides with each row's targets.
        limits: what the pictures must be, at their present size.
    """

    latent: Latent
    optimizer: Optimizer
    average: Average
    score: Average
    streams: dict[str, Streams]
    guidance: Guidance
    limits: Limits

    def __len__(self) -> int:
        return len(self.latent)

    def select(self, rows: Tensor) -> None:
        """Keep some rows, in this order."""
        self.latent.select(rows)
        self.optimizer.select(rows, self.latent.parameters)
        self.average.select(rows)
        self.score.select(rows)
        self.guidance.select(rows)
        chosen = rows.tolist()
        self.streams = {name: streams.select(chosen) for name, streams in self.streams.items()}

    def rebase(self, z: Tensor) -> None:
        """Go on from other latents z (B, D, h, w) with the same moments of the optimiser."""
        self.latent.rebase_(z)
        self.average.reset()

    def move(self, z: Tensor, average: Tensor, change: Callable[[Tensor], Tensor]) -> None:
        """Go on from latents that a motion carried elsewhere, and carry the moments along.

        Args:
            z: the latents (B, D, h, w) after the motion.
            average: their moving average after the motion, same shape.
            change: the motion of maps (B, D, h_k, w_k) of any resolution; it keeps the shape.
        """
        self.latent.rebase_(z)
        self.average.replace(average)
        self.optimizer.map_moments_(change)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "rows": len(self),
            "latent": self.latent.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
            "score": self.score.state_dict(),
            "streams": {name: streams.state() for name, streams in self.streams.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned; further entries are passed over."""
        self.latent.load_state_dict(state["latent"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.load_state_dict(state["average"])
        self.score.load_state_dict(state["score"])
        for name, streams in self.streams.items():
            streams.restore(state["streams"][name])
