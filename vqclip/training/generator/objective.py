"""The losses of a VQGAN's reconstructions, except the adversary's."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.errors import ConfigError
from vqclip.files.images import from_signed
from vqclip.models.perceptor import ClipPerceptor
from vqclip.training.generator.vqgan_settings import LossSettings

LOW = 8
"""Side in pixels of the areas whose mean colors are compared: those drift longest."""


def pixel_terms(error: Tensor) -> dict[str, Tensor]:
    """Return the losses of an error (B, 3, H, W) of images in [-1, 1], each a scalar mean."""
    across, down = error.diff(dim=3).abs().mean(), error.diff(dim=2).abs().mean()
    return {
        "l1": error.abs().mean(),
        "l2": error.square().mean(),
        "low": F.avg_pool2d(error, min(LOW, *error.shape[2:])).abs().mean(),
        "gradient": across + down,
    }


def blocks_of(visual: nn.Module) -> list[nn.Module]:
    """Return the blocks of an open_clip image tower: a ViT, a ResNet, or a network of timm.

    Raises:
        ConfigError: it has no known blocks.
    """
    for owner in (getattr(visual, "transformer", None), getattr(visual, "trunk", None), visual):
        for name in ("resblocks", "stages", "blocks"):
            if (blocks := getattr(owner, name, None)) is not None:
                return list(blocks)
        if hasattr(owner, "layer1"):
            return [getattr(owner, f"layer{number}") for number in (1, 2, 3, 4)]
    raise ConfigError(f"losses.perceptual: {type(visual).__name__} has no known blocks")


class PatchFeatures(nn.Module):
    """Features of a CLIP's image tower, one unit vector for each patch and block.

    They give a perceptual loss (arXiv:1603.08155) that needs no download; those of a CLIP trained
    on adversarial pictures are best. Every second block counts, the last one included.

    Raises:
        ConfigError: the image tower has no known blocks.
    """

    def __init__(self, perceptor: ClipPerceptor) -> None:
        super().__init__()
        self.perceptor = perceptor
        visual: Any = perceptor.model.visual
        self._outputs: list[Tensor] = []
        for block in blocks_of(visual)[::-2]:
            block.register_forward_hook(lambda _, __, output: self._outputs.append(output))

    def forward(self, images: Tensor) -> list[Tensor]:
        """Return the features (B, patches, width) of images (B, 3, size, size) in [-1, 1]."""
        self._outputs.clear()
        self.perceptor.encode_image(from_signed(images))
        maps = [output.float() for output in self._outputs]
        self._outputs.clear()
        # Networks of convolutions give (B, width, h, w), a ViT (B, patches, width).
        rows = [grid.flatten(2).transpose(1, 2) if grid.dim() == 4 else grid for grid in maps]
        return [F.normalize(row, dim=-1) for row in rows]

    def distance(
        self, x: Tensor, y: Tensor, generator: torch.Generator, windows: int = 1
    ) -> Tensor:
        """Compare y with x (B, 3, H, W) in [-1, 1], in random windows.

        The first is as large as the perceptor's pictures; each further one twice as large as the
        one before, from a picture at half the size.
        """
        distances = []
        for _ in range(windows):
            distances.append(self._distance(x, y, generator))
            if min(x.shape[2:]) < 2:
                break
            x, y = (F.avg_pool2d(image, 2) for image in (x, y))
        return torch.stack(distances).mean()

    def _distance(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        size = self.perceptor.size
        if min(x.shape[2:]) > size:
            rows, columns = x.shape[2] - size + 1, x.shape[3] - size + 1
            top = int(torch.randint(rows, (1,), generator=generator))
            left = int(torch.randint(columns, (1,), generator=generator))
            x, y = (image[:, :, top : top + size, left : left + size] for image in (x, y))
        elif x.shape[2:] != (size, size):
            x, y = (F.interpolate(image, (size, size), mode="bilinear") for image in (x, y))
        with torch.no_grad():
            wanted = self(x)
        pairs = zip(wanted, self(y), strict=True)
        # For unit vectors, half the squared distance is 1 minus the cosine.
        return torch.stack([(a - b).square().sum(dim=-1).mean() / 2 for a, b in pairs]).mean()


class Objective:
    """The weighted sum of the losses.

    Args:
        weights: of the losses.
        features: of the perceptual loss; none: it is left out.
    """

    def __init__(self, weights: LossSettings, features: PatchFeatures | None) -> None:
        self.weights = {
            "l1": weights.l1,
            "l2": weights.l2,
            "low": weights.low,
            "gradient": weights.gradient,
            "perceptual": weights.perceptual,
        }
        self.features, self.windows = features, weights.windows

    def __call__(
        self, x: Tensor, y: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Compare y with x (B, 3, H, W), both in [-1, 1]; return the sum, and each loss by name."""
        terms = pixel_terms(y - x)
        if self.features is not None:
            terms["perceptual"] = self.features.distance(x, y, generator, self.windows)
        total = torch.stack([self.weights[name] * term for name, term in terms.items()]).sum()
        return total, {name: term.detach() for name, term in terms.items()}
