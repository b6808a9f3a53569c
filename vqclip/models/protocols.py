"""The two frozen models, as everything above sees them: a VQGAN and a perceptor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor


class VQGAN(Protocol):
    """A frozen generator; images (B, 3, H, W) in [0, 1], H and W multiples of `factor`."""

    factor: int

    @property
    def codebook(self) -> Tensor:
        """The codes (K, D)."""

    def encode(self, images: Tensor) -> Tensor:
        """Images (B, 3, H, W) in [0, 1] -> latents z (B, D, H/f, W/f)."""

    def quantize(self, z: Tensor) -> Tensor:
        """Latents z -> nearest codes z_q (B, D, h, w)."""

    def decode(self, z_q: Tensor) -> Tensor:
        """Codes z_q (B, D, h, w) -> images (B, 3, f·h, f·w) about [0, 1], not clamped."""


class Perceptor(Protocol):
    """A frozen CLIP; all embeddings are unit vectors, float32.

    Attributes:
        size: side, in pixels, of the square cutouts it takes.
        context_length: tokens a text may have, start and end marks included.
    """

    size: int
    context_length: int

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """P texts -> (P, E)."""

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """Cutouts (N, 3, size, size) in [0, 1] -> (N, E)."""

    @property
    def logit_scale(self) -> float:
        """What cosine similarities are multiplied by before a softmax, as in training."""

    def words_cut_off(self, text: str) -> str:
        """The end of a text that does not fit in the context."""

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """The words that were not in the training captions, where those are known."""
