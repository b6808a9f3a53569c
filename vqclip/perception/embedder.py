"""CLIP on its own: words and whole pictures as unit vectors, and what follows from their angles.

A picture is seen exactly as the engine's overview cutouts see it: whole, padded to a square by its
edge, resampled once, never squashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import PRECISIONS
from vqclip.config.prompt import SLOT
from vqclip.device import is_reduced, resolve_device
from vqclip.engine.resample import central_box, sample_boxes
from vqclip.errors import ConfigError, did_you_mean
from vqclip.images import to_tensor
from vqclip.models.load import load_perceptors
from vqclip.models.protocols import Perceptor

if TYPE_CHECKING:
    from vqclip.models.fetch.download import Bars

BATCH = 32
"""Where a template takes the label."""
VIEW = "overview padded by its edge, 1"
"""Names what `view` does; embeddings of other views are not comparable."""
ENOUGH = 8
"""Sides of the input in a picture's longer side beyond which pixels are averaged beforehand."""


def view(image: Image.Image, *, size: int) -> Tensor:
    """See a whole RGB picture as the engine's overview does: (1, 3, size, size) in [0, 1].

    Pictures many times larger are first averaged in small blocks, so that memory stays small.
    """
    block = max(image.size) // (ENOUGH * size)
    if block > 1:
        image = image.reduce(block)
    pixels = to_tensor(image)  # (1, 3, H, W)
    height, width = pixels.shape[-2:]
    box = torch.tensor([[central_box(width, height, max(height, width))]])  # (1, 1, 4)
    return sample_boxes(pixels, box, size=size, padding="edge")[0]


@dataclass
class Embedder:
    """A perceptor on one device in one precision: turns pictures and words into unit vectors.

    Attributes:
        perceptor: a frozen CLIP.
        identity: what the vectors of pictures depend on; equal identities give equal vectors, but
            for rounding.
        device: where it computes.
        amp: whether pictures are encoded in bfloat16, as the engine does on cuda.
        batch: pictures or texts encoded at once; halved when memory runs out.
    """

    perceptor: Perceptor
    identity: str
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    amp: bool = False
    batch: int = BATCH

    @classmethod
    def load(
        cls,
        perceptor: str = "mini",
        *,
        device: str = "auto",
        precision: str = "auto",
        model_dir: str | Path | None = None,
        bars: Bars | None = None,
    ) -> Embedder:
        """Load a perceptor as the engine does.

        Args:
            perceptor: a name as for the configuration: `mini`, `NAME:TAG`, a folder, ...
            device: auto, cpu, cuda, cuda:N or mps.
            precision: auto (bfloat16 on cuda), float32 or bfloat16.
            model_dir: the folder of downloaded models; none: the caches of this user.
            bars: the class of progress bars of downloads; none: silent.

        Raises:
            ConfigError: there is no such device or precision.
            CheckpointError: the perceptor cannot be loaded.
        """
        if problems := setting_problems(device, precision):
            raise ConfigError(problems)
        place = resolve_device(device)
        amp = is_reduced(precision, place)
        (loaded,), hashes = load_perceptors(
            [perceptor], device=place, model_dir=model_dir, bars=bars
        )
        weights = hashes[f"perceptor {perceptor}"]
        # The same tensors mean something else under another architecture or normalisation.
        built = f"{loaded} {getattr(loaded, 'mean', '')} {getattr(loaded, 'deviation', '')}"
        facts = [weights, built, str(loaded.size), "bfloat16" if amp else "float32", VIEW]
        identity = hashlib.sha256("\n".join(facts).encode()).hexdigest()
        return cls(loaded, identity, place, amp)

    @torch.no_grad()
    def views(self, views: Tensor) -> Tensor:
        """Encode views (N, 3, size, size) in [0, 1] to unit vectors (N, E), float32 on the CPU."""
        parts, start = [], 0
        while start < len(views):
            try:
                part = views[start : start + self.batch].to(self.device)
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self.amp):
                    vectors = self.perceptor.encode_image(part)
            except torch.OutOfMemoryError:
                if self.batch == 1:
                    raise
                self.batch = -(-self.batch // 2)
                continue
            parts.append(vectors.float().cpu())
            start += len(part)
        return torch.cat(parts)

    def view(self, image: Image.Image) -> Tensor:
        """See a whole RGB picture as this perceptor takes it: (1, 3, size, size) in [0, 1]."""
        return view(image, size=self.perceptor.size)

    @torch.no_grad()
    def texts(self, texts: Sequence[str]) -> Tensor:
        """Encode P texts to unit vectors (P, E), float32 on the CPU."""
        parts = [
            self.perceptor.encode_text(texts[start : start + self.batch]).float().cpu()
            for start in range(0, len(texts), self.batch)
        ]
        return torch.cat(parts)

    def labels(self, labels: Sequence[str], templates: Sequence[str]) -> Tensor:
        """Encode L labels to unit vectors (L, E): the mean over the templates, at unit length."""
        texts = [template.replace(SLOT, label) for label in labels for template in templates]
        vectors = self.texts(texts).view(len(labels), len(templates), -1)  # (L, T, E)
        return F.normalize(vectors.mean(dim=1), dim=-1)


def setting_problems(device: str, precision: str) -> list[str]:
    """Return one sentence for each of device and precision that is not allowed."""
    problems: list[str] = []
    try:
        resolve_device(device)
    except ConfigError as error:
        problems += error.messages
    if precision not in PRECISIONS:
        problems.append(
            f"precision: {precision!r} is unknown: allowed are {', '.join(PRECISIONS)}"
            f"{did_you_mean(precision, PRECISIONS)}"
        )
    return problems


def probabilities(pictures: Tensor, labels: Tensor, *, logit_scale: float) -> Tensor:
    """Return the probability of each label for each picture, (N, L), rows summing to 1.

    The softmax over the scaled cosine similarities. A bias, as SigLIP has, would cancel out.

    Args:
        pictures: unit vectors (N, E).
        labels: unit vectors (L, E).
        logit_scale: the perceptor's own.
    """
    return (logit_scale * pictures @ labels.T).softmax(dim=-1)


def similarity(pictures: Tensor, terms: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted mean of the cosine similarities with T terms, (N,) in [-1, 1].

    Args:
        pictures: unit vectors (N, E).
        terms: unit vectors (T, E).
        weights: (T,), not all 0; negative weights subtract.
    """
    return (pictures @ terms.T) @ weights / weights.abs().sum()
