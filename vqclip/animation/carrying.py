"""Carrying an optimisation from frame to frame: its latent, moments and average move as one.

Two ways are offered. `latent`: the latent itself is moved. `image`: the picture is moved and
encoded again, and what encoding loses of it is moved in the latent, so that a picture at rest stays
exactly as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from vqclip.animation.camera import in_view, warp
from vqclip.engine.generation import Generation
from vqclip.models.protocols import Generator
from vqclip.randomness import stream

OUTWARD_NOISE = 0.5
"""Of latents that are drawn outward, in standard deviations, around the mean of the codebook."""


def move_latent(generator: Generator, z: Tensor, matrix: Tensor) -> Tensor:
    """Return latents z (B, D, h, w) moved by a homography (3, 3)."""
    return warp(z, matrix)


def move_image(generator: Generator, z: Tensor, matrix: Tensor) -> Tensor:
    """Return the latents z (B, D, h, w) of the moved pictures.

    The picture x of z is moved, and encoded; the difference between z and the encoding of x, which
    encoding and decoding lose, is moved as a latent and added.
    """
    images = generator.decode(generator.quantize(z)).float().clamp(0, 1)  # (B, 3, H, W)
    moved = warp(images, matrix, mode="bicubic").clamp(0, 1)
    before, after = generator.encode(torch.cat([images, moved])).chunk(2)
    return after + warp(z - before, matrix)


WAYS: dict[str, Callable[[Generator, Tensor, Tensor], Tensor]] = {
    "latent": move_latent,
    "image": move_image,
}
"""What is moved, by the names of `warp`; each takes latents (B, D, h, w) to latents."""


@torch.no_grad()
def carry(
    generation: Generation, matrix: Tensor, way: str, *, outward: torch.Generator | None = None
) -> None:
    """Move everything that one frame's optimisation leaves to the next.

    Args:
        generation: of one picture, after the steps of a frame.
        matrix: homography (3, 3) from that frame to the next.
        way: one of `WAYS`.
        outward: random numbers for what comes into view, which is drawn from noise; None: it is
            reflected.
    """
    state, generator = generation.state, generation.models.generator
    if torch.equal(matrix, torch.eye(3).to(matrix)):
        state.move(state.latent.z(), state.average.value, lambda maps: maps)
        return
    change = partial(warp, matrix=matrix)
    before = state.average.value
    average = WAYS[way](generator, before, matrix)
    z = average + change(state.latent.z() - before)  # one picture is encoded, not two
    if outward is not None:
        seen = in_view(matrix, *z.shape[-2:]).to(z.device)
        noise = torch.randn(z.shape[1:], generator=outward, device=z.device)
        drawn = generator.units.mean + OUTWARD_NOISE * generator.units.deviation * noise
        z, average = torch.where(seen, z, drawn), torch.where(seen, average, drawn)
        change = partial(_moved_inside, matrix=matrix)
    state.move(z, average, change)


def _moved_inside(maps: Tensor, matrix: Tensor) -> Tensor:
    """Move maps (B, C, h, w); what comes into view is 0."""
    seen = in_view(matrix, *maps.shape[-2:]).to(maps.device)
    return warp(maps, matrix) * seen


@torch.no_grad()
def start_anew(generation: Generation, canvas: Tensor, matrix: Tensor) -> None:
    """Begin a frame as the tools of 2021 do: from the encoded picture, with a new optimiser.

    Args:
        generation: of one picture.
        canvas: the last frame (B, 3, H, W) in [0, 1].
        matrix: homography (3, 3) from that frame to the next.
    """
    state = generation.state
    moved = warp(canvas, matrix, mode="bicubic").clamp(0, 1)
    state.rebase(generation.models.generator.encode(moved))
    state.optimizer.reset(state.latent.parameters)


def outward_stream(seed: int, frame: int, device: torch.device) -> torch.Generator:
    """Return the random numbers of what comes into view in a frame."""
    return stream(seed, f"frame {frame}/outward", device)
