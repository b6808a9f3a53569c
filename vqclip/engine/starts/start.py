"""What a start is: the latents that an optimisation begins with, and what suits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from vqclip.config.prompt import Prompt
from vqclip.engine.starts.sketcher import Sketcher
from vqclip.engine.targets import Targets
from vqclip.models.protocols import Generator
from vqclip.randomness import Streams


@dataclass(frozen=True)
class Canvas:
    """What starts of B images are made for, and of.

    Attributes:
        generator: encodes pictures and owns the codebook.
        streams: random numbers of the B images.
        height: of the images, in pixels, a multiple of the generator's factor.
        width: likewise.
        prompts: of each image.
        targets: the same prompts as every perceptor sees them.
        sketcher: writes sketches of the prompts, if there is a model for that.
    """

    generator: Generator
    streams: Streams
    height: int
    width: int
    prompts: Sequence[Sequence[Prompt]] = ()
    targets: Sequence[Targets] = ()
    sketcher: Sketcher | None = None


@dataclass(frozen=True)
class Start:
    """Where latents start, and what suits such a start unless something else is asked for.

    Attributes:
        latent: (B, D, h, w).
        noise: strength of the noise to add, in standard deviations of the latent.
        keep_init: weight of the pull towards it.
        wraps: whether opposite edges fit each other already.
    """

    latent: Tensor
    noise: float = 0.0
    keep_init: float = 0.0
    wraps: bool = False
