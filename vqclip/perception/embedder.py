"""CLIP on its own: words and whole pictures as unit vectors."""

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

from vqclip.config.choices import MINI, PRECISIONS
from vqclip.config.prompt import SLOT
from vqclip.engine.overview import overview
from vqclip.errors import Mistakes, did_you_mean, shown
from vqclip.machine.device import is_reduced, resolve_device
from vqclip.models.load import load_perceptors
from vqclip.models.protocols import Perceptor

if TYPE_CHECKING:
    from vqclip.models.fetch.bars import Bars

BATCH = 32
VIEW = "overview padded by its edge, 1"
"""Names what `overview` computes; embeddings of other views are not comparable."""


@dataclass
class Embedder:
    """A perceptor on one device in one precision: turns pictures and words into unit vectors.

    Attributes:
        perceptor: a frozen CLIP.
        identity: of everything the vectors of pictures depend on; embedders of equal identities
            give equal vectors, except for rounding. Empty: its vectors are not remembered.
        device: where it computes.
        amp: whether pictures are encoded in bfloat16, as the engine does on cuda.
        batch: pictures or texts encoded at once; halved when memory runs out.
    """

    perceptor: Perceptor
    identity: str = ""
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    amp: bool = False
    batch: int = BATCH

    @classmethod
    def load(
        cls,
        perceptor: str = MINI,
        *,
        device: str = "auto",
        precision: str = "auto",
        model_dir: str | Path | None = None,
        bars: Bars | None = None,
    ) -> Embedder:
        """Load a perceptor as the engine does.

        Args:
            perceptor: a name as in the configuration: `mini`, `NAME:TAG`, a folder, ...
            device: auto, cpu, cuda, cuda:N or mps.
            precision: auto (bfloat16 on cuda), float32 or bfloat16.
            model_dir: the folder of downloaded models; None: this user's caches.
            bars: the class of the progress bars of downloads; None: silent.

        Raises:
            ConfigError: the device does not exist, or the precision is unknown.
            CheckpointError: the perceptor cannot be loaded.
        """
        check_computing(device, precision)
        place = resolve_device(device)
        amp = is_reduced(precision, place)
        (loaded,), hashes = load_perceptors(
            [perceptor], device=place, model_dir=model_dir, bars=bars
        )
        weights = hashes[f"perceptor {perceptor}"]
        # The same tensors mean something else under another architecture or normalization.
        built = f"{loaded} {getattr(loaded, 'mean', '')} {getattr(loaded, 'deviation', '')}"
        facts = [weights, built, str(loaded.size), "bfloat16" if amp else "float32", VIEW]
        identity = hashlib.sha256("\n".join(facts).encode()).hexdigest()
        return cls(loaded, identity, place, amp)

    def overview(self, picture: Image.Image) -> Tensor:
        """Show a whole RGB picture as this perceptor takes it: (1, 3, size, size) in [0, 1]."""
        return overview(picture, size=self.perceptor.size)

    @torch.no_grad()
    def encode_views(self, views: Tensor) -> Tensor:
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

    @torch.no_grad()
    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Encode P texts to unit vectors (P, E), float32 on the CPU."""
        parts = [
            self.perceptor.encode_text(texts[start : start + self.batch]).float().cpu()
            for start in range(0, len(texts), self.batch)
        ]
        return torch.cat(parts)

    def encode_labels(self, labels: Sequence[str], templates: Sequence[str]) -> Tensor:
        """Encode L labels to unit vectors (L, E): the mean over the templates, at unit length."""
        texts = [template.replace(SLOT, label) for label in labels for template in templates]
        vectors = self.encode_texts(texts).view(len(labels), len(templates), -1)  # (L, T, E)
        return F.normalize(vectors.mean(dim=1), dim=-1)


def check_computing(device: str, precision: str) -> None:
    """Check where and how a perceptor is to compute.

    Raises:
        ConfigError: the device does not exist, the precision is unknown, or both.
    """
    mistakes = Mistakes()
    mistakes.read(lambda: resolve_device(device), None)
    if precision not in PRECISIONS:
        mistakes.add(
            f"precision: {shown(precision)} is unknown: allowed are {', '.join(PRECISIONS)}"
            f"{did_you_mean(precision, PRECISIONS)}"
        )
    mistakes.check()
