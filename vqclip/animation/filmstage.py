"""The stage: the one optimisation that goes on from the first frame of a film to the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vqclip.animation.animation import Animation
from vqclip.animation.camera import in_view, warp
from vqclip.animation.carrying import carry, outward_stream, start_anew
from vqclip.animation.cast import Cast
from vqclip.animation.flicker import flicker
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.iterate import Iterate
from vqclip.models.load import Models
from vqclip.randomness import Streams, stream

FRAME_STREAMS = ("cutouts", "noise")
"""Streams of random numbers that every frame but the first has anew, from its own number."""


@dataclass(frozen=True)
class FilmFrame:
    """A frame that was drawn.

    Attributes:
        number: of the frame in the film, from 0.
        image: (3, height, width) in [0, 1].
        flicker: mean difference to the moved last frame, in levels from 0 to 255; None for the
            first frame.
        loss: total weighted loss of the last step.
    """

    number: int
    image: Tensor
    flicker: float | None
    loss: float


class Stage:
    """Draws the frames of a film, one after the other.

    Frame 0 is the picture that `generate` draws with the same settings. Every later frame depends
    on the frame before, and on random numbers that depend on the seed and its own number.

    Args:
        models: a generator and perceptors, frozen, on one device.
        animation: what to draw.
    """

    def __init__(self, models: Models, animation: Animation) -> None:
        self.animation = animation
        self.generation: Generation = build(models, [animation.jobs[0]])
        self.cast = Cast(models, animation.jobs)
        self.canvas: Tensor | None = None
        self.next = 0

    @property
    def aspect(self) -> float:
        """Width / height of the canvas."""
        shape = self.generation.state.latent.base.shape
        return float(shape[-1] / shape[-2])

    @property
    def left(self) -> range:
        """The numbers of the frames that are not drawn yet."""
        return self.animation.numbers[self.next :]

    def steps(self, number: int) -> int:
        """Return the steps of a frame."""
        return self.animation.config.steps if number == 0 else self.animation.script.steps

    def draw(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Iterate | FilmFrame]:
        """Draw the next frame: yield what every step did, then the frame.

        If `stop` says so between two steps, the frame is given up: the stage is of no further use,
        and the film goes on from the state after the frame before.

        Raises:
            DivergedError: a loss is not finite.
        """
        number = self.left[0]
        matrix = self.animation.matrix(number, self.aspect)
        if number:
            self._move_to(number, matrix)
        iterate: Iterate | None = None
        for _ in range(self.steps(number)):
            iterate = self.generation.advance()
            yield iterate
            if stop():
                return
        before, drawn = self.canvas, self.generation.canvas()
        self.canvas = drawn if before is None else self._smooth(before, drawn, number, matrix)
        change = None if before is None else flicker(before, self.canvas, matrix)
        self.next += 1
        image = self.generation.cropped(self.canvas)[0]
        yield FilmFrame(number, image, change, 0.0 if iterate is None else iterate.total)

    def _move_to(self, number: int, matrix: Tensor) -> None:
        """Get ready for the steps of a frame that is not the first."""
        generation, script = self.generation, self.animation.script
        seed, device = self.animation.jobs[0].seed, generation.device
        if script.carry:
            outward = outward_stream(seed, number, device) if script.edges == "draw" else None
            carry(generation, matrix, script.warp, outward=outward)
        elif self.canvas is not None:
            start_anew(generation, self.canvas, matrix)
        for name in FRAME_STREAMS:
            own = stream(seed, f"frame {number}/{name}", device)
            generation.state.streams[name] = Streams([own])
        rate = self.animation.value("rate", number)
        generation.state.optimizer.factor = lambda step: rate
        mixture = self.animation.mixture(number)
        self.cast.put_on(generation, mixture.before, mixture.scene, mixture.share)

    def _smooth(self, before: Tensor, drawn: Tensor, number: int, matrix: Tensor) -> Tensor:
        """Return a canvas (1, 3, H, W) with its share of the moved last one, where that was."""
        share = self.animation.value("smooth", number)
        if share == 0:
            return drawn
        # Every frame that is left out between two takes its own share.
        share = share**self.animation.stride
        seen = in_view(matrix, *drawn.shape[-2:]).to(drawn)
        moved = warp(before, matrix, mode="bicubic").clamp(0, 1)
        return torch.lerp(drawn, moved, share * seen)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue after the last whole frame."""
        return {
            "next": self.next,
            "canvas": self.canvas,
            "generation": self.generation.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned, for the same animation.

        Raises:
            KeyError, RuntimeError, ValueError, TypeError: it does not fit.
        """
        self.generation.load_state_dict(state["generation"])
        self.next = int(state["next"])
        self.canvas = state["canvas"].to(self.generation.device)
