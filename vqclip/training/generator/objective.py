"""How far reconstructions are from their pictures: the VQGAN's losses but for the adversary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.errors import ConfigError
from vqclip.images import from_signed
from vqclip.models.perceptor import ClipPerceptor

LOW = 8
"""Side, in pixels, of the areas whose mean colors are compared: those drift longest."""
TERMS = ("l1", "l2", "low", "gradient", "perceptual")


def pixel_terms(error: Tensor) -> dict[str, Tensor]:
    """The losses of an error (B, 3, H, W) of images in [-1, 1], each a mean over it."""
    across, down = error.diff(dim=3).abs().mean(), error.diff(dim=2).abs().mean()
    return {
        "l1": error.abs().mean(),
        "l2": error.square().mean(),
        "low": F.avg_pool2d(error, min(LOW, *error.shape[2:])).abs().mean(),
        "gradient": across + down,
    }


def blocks_of(visual: nn.Module) -> list[nn.Module]:
    """The blocks or stages of an open_clip image tower: a ViT, a ResNet, or one of timm's.

    Raises:
        ConfigError: it has none that are known.
    """
    for owner in (getattr(visual, "transformer", None), getattr(visual, "trunk", None), visual):
        for name in ("resblocks", "stages", "blocks"):
            if (found := getattr(owner, name, None)) is not None:
                return list(found)
        if hasattr(owner, "layer1"):
            return [getattr(owner, f"layer{number}") for number in (1, 2, 3, 4)]
    raise ConfigError(f"losses.perceptual: {type(visual).__name__} has no blocks that are known")


class PatchFeatures(nn.Module):
    """What a CLIP's image tower sees in each patch, as unit vectors.

    A perceptual loss (arXiv:1603.08155) that needs no download; a robust CLIP's suits best. Every
    other block is looked at, the last included.

    Raises:
        ConfigError: the image tower has no blocks that are known.
    """

    def __init__(self, perceptor: ClipPerceptor) -> None:
        super().__init__()
        self.perceptor = perceptor
        visual: Any = perceptor.model.visual
        self._seen: list[Tensor] = []
        for block in blocks_of(visual)[::-2]:
            block.register_forward_hook(lambda _, __, output: self._seen.append(output))

    def forward(self, images: Tensor) -> list[Tensor]:
        """Look at images (B, 3, size, size) in [-1, 1]: (B, patches, width), last block first."""
        self._seen.clear()
        self.perceptor.encode_image(from_signed(images))
        seen = [one.float() for one in self._seen]
        seen = [one.flatten(2).transpose(1, 2) if one.dim() == 4 else one for one in seen]
        seen = [F.normalize(one, dim=-1) for one in seen]
        self._seen.clear()
        return seen

    def distance(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """Compare y with x (B, 3, H, W), both in [-1, 1], in one window of the perceptor's size."""
        size = self.perceptor.size
        if min(x.shape[2:]) > size:
            rows, columns = x.shape[2] - size + 1, x.shape[3] - size + 1
            top = int(torch.randint(rows, (1,), generator=generator))
            left = int(torch.randint(columns, (1,), generator=generator))
            x, y = (one[:, :, top : top + size, left : left + size] for one in (x, y))
        elif x.shape[2:] != (size, size):
            x, y = (F.interpolate(one, (size, size), mode="bilinear") for one in (x, y))
        with torch.no_grad():
            wanted = self(x)
        pairs = zip(wanted, self(y), strict=True)
        # Of unit vectors, half the squared distance is 1 minus the cosine.
        return torch.stack([(a - b).square().sum(dim=-1).mean() / 2 for a, b in pairs]).mean()


class Objective:
    """The weighted sum of the terms; those of weight 0 are not computed but for the pixels'.

    Args:
        weights: of `TERMS`.
        features: for the perceptual term, if it has a weight.
    """

    def __init__(self, weights: Mapping[str, float], features: PatchFeatures | None) -> None:
        self.weights, self.features = dict(weights), features

    def __call__(
        self, x: Tensor, y: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Compare y with x (B, 3, H, W), both in [-1, 1]: the sum, and the terms themselves."""
        terms = pixel_terms(y - x)
        if self.features is not None:
            terms["perceptual"] = self.features.distance(x, y, generator)
        total = torch.stack([self.weights[name] * term for name, term in terms.items()]).sum()
        return total, {name: term.detach() for name, term in terms.items()}
