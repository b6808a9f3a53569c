"""Extents: the sizes a run goes through when it draws a coarse picture first and then larger ones.

The picture so far and its average are decoded, enlarged and encoded again; the moments of the
optimiser, which are maps of the picture too, are resampled. Nothing is restarted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vqclip.config.schema import Config
from vqclip.config.stage import first_steps, size_of
from vqclip.engine.resample import resample
from vqclip.engine.state import State
from vqclip.files.images import round_up
from vqclip.models.protocols import Generator


@dataclass(frozen=True)
class Extent:
    """The size at which a part of a run is drawn.

    Attributes:
        first: its first step, counted from 0.
        height: of the picture, in pixels.
        width: likewise.
        cutouts: per picture and step.
        rate: factor of the learning rate.
    """

    first: int
    height: int
    width: int
    cutouts: int
    rate: float = 1.0

    def canvas(self, factor: int) -> tuple[int, int]:
        """Return the height and width of the canvas, multiples of a generator's factor."""
        return round_up(self.height, factor), round_up(self.width, factor)


def extents_of(config: Config) -> tuple[Extent, ...]:
    """Return the sizes a run goes through; none for a run of one size."""
    count = config.cutouts.count
    firsts = first_steps(config.stages, config.steps)
    sizes = [size_of(stage, config.width, config.height) for stage in config.stages]
    return tuple(
        Extent(first, height, width, stage.cutouts or count, stage.rate)
        for stage, first, (width, height) in zip(config.stages, firsts, sizes, strict=True)
    )


def extent_at(extents: tuple[Extent, ...], step: int) -> Extent | None:
    """Return the size at which a step, counted from 0, is drawn; None where there is one size."""
    begun = [extent for extent in extents if extent.first <= max(0, step)]
    return begun[-1] if begun else None


def begun(config: Config) -> Config:
    """Return the settings with which a run begins: those of its first stage."""
    if not config.stages:
        return config
    first = extents_of(config)[0]
    cutouts = replace(config.cutouts, count=first.cutouts)
    return replace(config, width=first.width, height=first.height, cutouts=cutouts)


def rate_at(config: Config, step: int) -> float:
    """Return the factor of the learning rate that the stage of a step asks for."""
    extent = extent_at(extents_of(config), step)
    return 1.0 if extent is None else extent.rate


@torch.no_grad()
def grow(state: State, generator: Generator, extent: Extent, *, wrap: str) -> None:
    """Go on with larger pictures.

    Args:
        state: of the run.
        generator: decodes and encodes.
        extent: the new size.
        wrap: axes along which pictures are seamless.
    """
    height, width = extent.canvas(generator.factor)

    def enlarged(z: Tensor) -> Tensor:
        images = generator.decode(generator.quantize(z)).float().clamp(0, 1)
        return generator.encode(resample(images, height, width, wrap=wrap).clamp(0, 1))

    z = enlarged(state.latent.z())
    average = z if state.average.empty else enlarged(state.average.value)
    resize(state, generator, extent, wrap=wrap)
    state.latent.base = z
    state.average.total = average * (1 - state.average.remaining)
    state.latent.project_()


@torch.no_grad()
def resize(state: State, generator: Generator, extent: Extent, *, wrap: str) -> None:
    """Give a state the shapes of another size: latents of 0, and moments that are resampled.

    Args:
        state: of the run.
        generator: whose latents they are.
        extent: the new size.
        wrap: axes along which pictures are seamless.
    """
    height, width = extent.canvas(generator.factor)
    shape = (len(state), *generator.latent_shape(height, width))
    state.latent = state.latent.resized(torch.zeros(shape, device=generator.device), wrap=wrap)
    sizes = [level.shape[-2:] for level in state.latent.parameters]
    state.optimizer.resize(
        state.latent.parameters,
        lambda index, moment: resample(moment, *sizes[index], wrap=wrap),
    )
    state.average.total = torch.zeros(shape, device=generator.device)
    state.guidance.resize(height, width, extent.cutouts)
    state.limits = replace(state.limits, height=extent.height, width=extent.width)
