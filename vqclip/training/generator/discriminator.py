"""The adversary: a discriminator of patches, the hinge loss, and the weight it gets.

Patches as in Isola et al. 2017 (arXiv:1611.07004), spectral normalisation as in Miyato et al. 2018
(arXiv:1802.05957) instead of batch statistics, which are poor in small batches.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

STRONGEST = 1e4
"""Largest adaptive weight, as in VQGAN (arXiv:2012.09841)."""


class PatchDiscriminator(nn.Module):
    """Judges overlapping patches of pictures: above 0 real, below 0 made.

    Args:
        width: channels of the first layer; each further one has twice as many, 8 times at most.
        layers: that halve the picture; 3 see patches of 70 pixels, 2 of 34.
    """

    def __init__(self, *, width: int, layers: int) -> None:
        super().__init__()
        widths = [3, *(width * min(2**level, 8) for level in range(layers + 1))]
        steps = [2] * layers + [1]
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(before, after, 4, step, padding=1))
            for before, after, step in zip(widths, widths[1:], steps, strict=False)
        )
        self.last = spectral_norm(nn.Conv2d(widths[-1], 1, 4, 1, padding=1))

    def forward(self, images: Tensor) -> Tensor:
        """Judge images (B, 3, H, W) in [-1, 1]: (B, 1, h, w)."""
        for layer in self.layers:
            images = F.leaky_relu(layer(images), 0.2)
        judged: Tensor = self.last(images)
        return judged


def hinge(real: Tensor, made: Tensor) -> Tensor:
    """The discriminator's loss (Lim and Ye 2017, arXiv:1705.02894), about 1 where it is blind."""
    return (F.relu(1 - real).mean() + F.relu(1 + made).mean()) / 2


def adaptive_weight(y: Tensor, parameter: Tensor, loss: Tensor, adversary: Tensor) -> Tensor:
    """How much stronger the loss pulls at the last layer than the adversary (arXiv:2012.09841).

    Args:
        y: images (B, 3, H, W) with their graph.
        parameter: weights of the layer that made them.
        loss: gradient of the other losses at y.
        adversary: gradient of the adversary's loss at y.
    """
    own, other = (
        torch.autograd.grad(y, parameter, grad, retain_graph=True)[0].norm()
        for grad in (loss, adversary)
    )
    ratio: Tensor = own / (other + 1e-4)
    return ratio.clamp(0, STRONGEST)


class LeCam:
    """Keeps the judgement of made pictures near the usual one of real ones, and the reverse.

    Tseng et al. 2021 (arXiv:2104.03144): steadies the discriminator where data are few.
    """

    def __init__(self, device: torch.device, *, decay: float = 0.99) -> None:
        self.decay = decay
        self.anchors = torch.zeros(2, device=device)  # of real and of made pictures

    def __call__(self, real: Tensor, made: Tensor) -> Tensor:
        """The penalty of judgements of any shape; also notes their means."""
        means = torch.stack([real.detach().mean(), made.detach().mean()]).float()
        self.anchors.lerp_(means, 1 - self.decay)
        far = F.relu(real - self.anchors[1]).square().mean()
        return far + F.relu(self.anchors[0] - made).square().mean()

    def state_dict(self) -> dict[str, Tensor]:
        """The usual judgements."""
        return {"anchors": self.anchors}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state_dict` returned."""
        self.anchors.copy_(state["anchors"])
