"""Named random streams: one generator per image, so that an image depends on its seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def stream(seed: int, name: str, device: torch.device | str = "cpu") -> torch.Generator:
    """Return the generator of one named stream of a seed; streams of other names differ."""
    digest = hashlib.sha256(f"{name}/{seed}".encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:7], "big"))


class Streams:
    """The streams of one name of B images, drawn from side by side.

    Every draw has the shape (B, *shape), and row b comes from image b's generator alone.
    """

    def __init__(self, generators: Sequence[torch.Generator]) -> None:
        self.generators = tuple(generators)

    def __len__(self) -> int:
        return len(self.generators)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Draw (B, *shape) uniformly from [low, high)."""
        return self._draw(torch.rand, shape) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Draw (B, *shape) from the standard normal distribution."""
        return self._draw(torch.randn, shape)

    def integers(self, bound: int, *shape: int) -> Tensor:
        """Draw (B, *shape) integers from 0 to bound - 1."""
        return torch.stack(
            [
                torch.randint(bound, shape, generator=generator, device=generator.device)
                for generator in self.generators
            ]
        )

    def select(self, rows: Sequence[int]) -> Streams:
        """Keep the streams of some images."""
        return Streams([self.generators[row] for row in rows])

    def state(self) -> list[Tensor]:
        """Return the state of every generator."""
        return [generator.get_state() for generator in self.generators]

    def restore(self, state: Sequence[Tensor]) -> None:
        """Continue from what `state` returned."""
        for generator, saved in zip(self.generators, state, strict=True):
            generator.set_state(saved)

    def _draw(self, function: Callable[..., Tensor], shape: tuple[int, ...]) -> Tensor:
        return torch.stack(
            [
                function(shape, generator=generator, device=generator.device)
                for generator in self.generators
            ]
        )
