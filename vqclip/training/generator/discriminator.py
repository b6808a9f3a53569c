"""The discriminator of patches, its hinge loss, its adaptive weight and its regulariser.

Patches as in Isola et al. 2017 (arXiv:1611.07004), spectral normalisation as in Miyato et al. 2018
(arXiv:1802.05957) instead of batch statistics, which are unreliable in small batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

STRONGEST = 1e4
"""Largest adaptive weight, as in VQGAN (arXiv:2012.09841)."""


class PatchDiscriminator(nn.Module):
    """A network that judges overlapping patches of pictures: above 0 real, below 0 reconstructed.

    Args:
        width: channels of the first layer; each further one has twice as many, 8 times at most.
        layers: layers that halve the picture; with 3 a patch has 70 pixels a side, with 2 34.
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
        """Return the logits (B, 1, h, w) of images (B, 3, H, W) in [-1, 1]."""
        for layer in self.layers:
            images = F.leaky_relu(_convolve(layer, images), 0.2)
        return _convolve(self.last, images)


def _convolve(layer: nn.Module, images: Tensor) -> Tensor:
    """Apply a convolution whose weights are normalised in their own precision, not autocast's.

    Autocast would mix types in the spectral normalisation, which torch refuses on cuda.
    """
    convolution = cast(nn.Conv2d, layer)
    with torch.autocast(images.device.type, enabled=False):
        weight = convolution.weight
    stride, padding = cast(tuple[int, int], convolution.stride), (1, 1)
    return F.conv2d(images, weight, convolution.bias, stride, padding)


class ScaledDiscriminators(nn.Module):
    """Discriminators of patches at several sizes of the picture, each half the one before.

    Args:
        scales: how many.
        width: of each, and so are the layers.
        layers: layers that halve the picture.
    """

    def __init__(self, *, scales: int, width: int, layers: int) -> None:
        super().__init__()
        self.scales = nn.ModuleList(
            PatchDiscriminator(width=width, layers=layers) for _ in range(scales)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (B, scales, h, w) of images (B, 3, H, W) in [-1, 1].

        Those of smaller pictures are repeated, so that each scale counts as much as the others.
        """
        logits: list[Tensor] = []
        for scale in self.scales:
            judged = scale(images)
            logits.append(F.interpolate(judged, logits[0].shape[2:]) if logits else judged)
            images = F.avg_pool2d(images, 2)
        return torch.cat(logits, dim=1)


def hinge(real: Tensor, made: Tensor) -> Tensor:
    """Return the discriminator's loss (Lim and Ye 2017, arXiv:1705.02894); 1 if it is blind."""
    return (F.relu(1 - real).mean() + F.relu(1 + made).mean()) / 2


def adaptive_weight(y: Tensor, parameter: Tensor, loss: Tensor, adversary: Tensor) -> Tensor:
    """Return how much stronger the loss pulls at a layer than the adversary (arXiv:2012.09841).

    Args:
        y: images (B, 3, H, W) with their graph.
        parameter: weights of the last layer.
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
    """A regulariser that keeps logits near the usual ones of the other kind of picture.

    It steadies the discriminator where data are few (Tseng et al. 2021, arXiv:2104.03144).
    """

    def __init__(self, device: torch.device, *, decay: float = 0.99) -> None:
        self.decay = decay
        self.anchors = torch.zeros(2, device=device)  # of real and of reconstructed pictures

    def __call__(self, real: Tensor, made: Tensor) -> Tensor:
        """Return the penalty of logits of any shape, and update their moving averages."""
        means = torch.stack([real.detach().mean(), made.detach().mean()]).float()
        self.anchors.lerp_(means, 1 - self.decay)
        far = F.relu(real - self.anchors[1]).square().mean()
        return far + F.relu(self.anchors[0] - made).square().mean()

    def state_dict(self) -> dict[str, Tensor]:
        """Return the moving averages of the logits."""
        return {"anchors": self.anchors}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state_dict` returned."""
        self.anchors.copy_(state["anchors"])
