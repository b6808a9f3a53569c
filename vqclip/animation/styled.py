"""A film of the user's in another style: what is asked, and how one frame is drawn.

Every frame starts from the frame of the source, blended with the last result where the optical
flow says that it belongs there. So what was drawn before moves along, and does not flicker.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from vqclip.animation.flow import flow_between, moved, trust
from vqclip.config.job import ID_DIGITS, Job
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.starts.start import Start
from vqclip.files.atomic import sha256
from vqclip.files.images import fit, round_up, to_tensor
from vqclip.models.load import Models

LEVELS = 255


@dataclass(frozen=True)
class Styling:
    """How a film is drawn in another style.

    Attributes:
        blend: share of the last result in the start of a frame, in [0, 1).
        flow: whether the last result moves along with the source.
        keep: weight of the pull of every frame towards its start.
    """

    blend: float = 0.6
    flow: bool = True
    keep: float = 1.0

    def steps(self, job: Job, index: int) -> int:
        """Return the steps of a frame.

        The first frame has more, as many as have left a trace in a later frame: those of the
        frame itself, and of those before, whose results are blended in.
        """
        return job.config.steps if index else math.ceil(job.config.steps / (1 - self.blend))


@dataclass(frozen=True)
class StyledFrame:
    """A frame that was drawn.

    Attributes:
        image: (3, height, width) in [0, 1].
        flicker: mean difference to the last result as it moved, in levels from 0 to 255; None for
            the first frame.
        loss: total weighted loss of the last step.
    """

    image: Tensor
    flicker: float | None
    loss: float


@dataclass(frozen=True)
class Neighbor:
    """The frame before.

    Attributes:
        source: frame of the source, in the size of the film.
        result: what became of it.
    """

    source: Image.Image
    result: Image.Image


@dataclass(frozen=True)
class StyledFilm:
    """A film to draw in another style.

    Attributes:
        source: path of the film or folder.
        hash: SHA-256 of what is in it.
        job: what every frame shows.
        styling: how.
    """

    source: Path
    hash: str
    job: Job
    styling: Styling

    def to_dict(self) -> dict[str, Any]:
        """Return everything the frames depend on, in plain form, weights and machine apart."""
        return {"source": self.hash, **asdict(self.styling)}

    @cached_property
    def id(self) -> str:
        """The hash of everything the frames depend on."""
        text = json.dumps([self.to_dict(), self.job.to_dict()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]

    def begin(
        self, models: Models, index: int, source: Image.Image, before: Neighbor | None
    ) -> Generation:
        """Return the optimisation of a frame, at its start.

        Args:
            models: a generator and perceptors, frozen, on one device.
            index: number of the frame, from 0.
            source: frame of the source, in the size of the film.
            before: the frame before, if there is one.
        """
        steps = self.styling.steps(self.job, index)
        job = replace(self.job, config=replace(self.job.config, steps=steps))
        generator = models.generator
        height, width = (round_up(side, generator.factor) for side in reversed(source.size))
        picture = to_tensor(source)
        if before is not None:
            picture = self._blended(picture, source, before)
        canvas = to_tensor(fit(_to_image(picture), width, height)).to(generator.device)
        with torch.no_grad():
            latent = generator.encode(canvas)  # (1, D, h, w)
        return build(models, [job], Start(latent, keep_init=self.styling.keep))

    def flicker(self, image: Tensor, source: Image.Image, before: Neighbor | None) -> float | None:
        """Return how much a result (3, H, W) differs from the last one as it moved, of 255."""
        if before is None:
            return None
        flow = self._flow(before.source, source)
        weight = trust(before.source, source, flow)
        error = (moved(to_tensor(before.result), flow) - image.cpu()[None]).abs()
        total = float(weight.sum())
        return float((error.mean(dim=1, keepdim=True) * weight).sum()) / max(total, 1e-6) * LEVELS

    def _blended(self, picture: Tensor, source: Image.Image, before: Neighbor) -> Tensor:
        """Return a picture (1, 3, H, W) with its share of the last result."""
        flow = self._flow(before.source, source)
        share = self.styling.blend * trust(before.source, source, flow)  # (1, 1, H, W)
        return torch.lerp(picture, moved(to_tensor(before.result), flow), share)

    def _flow(self, before: Image.Image, after: Image.Image) -> Tensor:
        if self.styling.flow:
            return flow_between(before, after)
        return torch.zeros(after.height, after.width, 2)


def _to_image(picture: Tensor) -> Image.Image:
    from vqclip.files.images import to_pil

    return to_pil(picture[0])


def hash_of(source: Path) -> str:
    """Return the SHA-256 of a film, or of the files of a folder."""
    if source.is_file():
        return sha256(source)
    digests = [f"{path.name} {sha256(path)}" for path in sorted(source.iterdir()) if path.is_file()]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
