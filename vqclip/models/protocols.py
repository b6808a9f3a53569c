"""The two frozen models, as everything above sees them: a generator and a perceptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

SMALLEST_DEVIATION = 1e-6
"""A channel in which all codes agree has no deviation to measure in."""


@dataclass(frozen=True)
class LatentUnits:
    """What latents of a generator are measured in, and the box they are kept in.

    Attributes:
        mean: (1, D, 1, 1), per channel, as all that follow.
        deviation: standard deviation, above 0.
        low: smallest value that decodes well.
        high: largest value that decodes well.
    """

    mean: Tensor
    deviation: Tensor
    low: Tensor
    high: Tensor

    @classmethod
    def of_codebook(cls, codebook: Tensor) -> LatentUnits:
        """Measure the codes (K, D) of a VQGAN."""
        codes = codebook.detach()
        deviation = codes.std(dim=0, correction=0).clamp_min(SMALLEST_DEVIATION)
        measures = (codes.mean(dim=0), deviation, codes.amin(dim=0), codes.amax(dim=0))
        return cls(*(measure.view(1, -1, 1, 1) for measure in measures))


class Generator(Protocol):
    """A frozen model that decodes latents to images.

    Attributes:
        factor: the sides of its images, in pixels, are multiples of it.
    """

    factor: int

    @property
    def device(self) -> torch.device:
        """Where it computes."""

    @property
    def units(self) -> LatentUnits:
        """The units of its latents."""

    @property
    def codebook(self) -> Tensor | None:
        """The codes (K, D), one for every cell of a latent; None where latents are not codes."""

    def latent_shape(self, height: int, width: int) -> tuple[int, int, int]:
        """Return the shape (D, h, w) of the latent of an image; sides are multiples of `factor`."""

    def encode(self, images: Tensor) -> Tensor:
        """Encode images (B, 3, H, W) in [0, 1] to latents z (B, D, h, w), not quantised."""

    def quantize(self, z: Tensor) -> Tensor:
        """Return what latents z (B, D, h, w) are decoded as: the nearest codes z_q, same shape."""

    def decode(self, z_q: Tensor) -> Tensor:
        """Decode z_q (B, D, h, w) to images (B, 3, H, W) about [0, 1], not clamped."""


class Perceptor(Protocol):
    """A frozen CLIP; all embeddings are unit vectors, float32.

    Attributes:
        size: side, in pixels, of the square cutouts it takes.
        context_length: most tokens of a text, start and end marks included.
    """

    size: int
    context_length: int

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """Encode P texts to unit vectors (P, E)."""

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """Encode cutouts (N, 3, size, size) in [0, 1] to unit vectors (N, E)."""

    @property
    def logit_scale(self) -> float:
        """What cosine similarities are multiplied by before a softmax, as in training."""

    def words_cut_off(self, text: str) -> str:
        """Return the end of a text that does not fit in the context."""

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Return the words that were not in the training captions, where those are known."""

    def rare_words(self, text: str) -> dict[str, int]:
        """Return the words that few of the training captions had, with their number."""
