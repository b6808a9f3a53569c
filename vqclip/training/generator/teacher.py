"""The VQGAN whose codes another one keeps: it says which codes a picture has."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.errors import ConfigError
from vqclip.models.quantizer import nearest_codes
from vqclip.models.taming import TamingVQGAN
from vqclip.training.generator.codebook import neighbors


def check_fit(teacher: TamingVQGAN, student: TamingVQGAN) -> None:
    """Make sure that a VQGAN can keep the codes of another.

    Raises:
        ConfigError: sizes differ, or the student's pictures are not whole multiples.
    """
    if teacher.codebook.shape != student.codebook.shape or student.factor % teacher.factor:
        sizes = [(*model.codebook.shape, model.factor) for model in (teacher, student)]
        raise ConfigError(
            f"teacher: codes, their dimensions and pixels per cell are {sizes[0]}, but those of "
            f"the architecture {sizes[1]}; allowed are equal ones, or a multiple of the pixels"
        )


class Teacher:
    """A frozen VQGAN that encodes pictures for another one, at its own, smaller size.

    Args:
        vqgan: the teacher.
        student: has the teacher's codes, and as many pixels per cell or a multiple (`check_fit`).
    """

    def __init__(self, vqgan: TamingVQGAN, student: TamingVQGAN) -> None:
        device = student.codebook.device
        self.vqgan = vqgan.to(device).to(memory_format=torch.channels_last)
        self.shrink = student.factor // vqgan.factor
        codes = self.vqgan.codebook
        self.variance = codes.var(dim=0).mean()
        near = neighbors(codes, 1)[:, 0]
        self.spacing = (codes - codes[near]).square().sum(dim=1).mean()

    @torch.no_grad()
    def tokens(self, images: Tensor) -> Tensor:
        """Encode images (B, 3, H, W) in [0, 1] of the student's size to latents (B, D, h, w)."""
        smaller = F.avg_pool2d(images, self.shrink) if self.shrink > 1 else images
        return self.vqgan.encode(smaller)

    def codes(self, tokens: Tensor) -> Tensor:
        """Return the indices (B, h·w) of the codes of latents (B, D, h, w)."""
        flat = tokens.permute(0, 2, 3, 1).flatten(0, 2)  # (B·h·w, D)
        return nearest_codes(flat, self.vqgan.codebook).view(len(tokens), -1)

    @torch.no_grad()
    def agreement(self, student: TamingVQGAN, images: Tensor) -> float:
        """Return the share of the codes that the student finds in images (B, 3, H, W) as well."""
        own, found = (self.codes(z) for z in (self.tokens(images), student.encode(images)))
        return float((own == found).float().mean())

    def distance(self, latents: Tensor, tokens: Tensor) -> Tensor:
        """Return the mean squared error of latents (B, D, h, w), in variances of the codes."""
        return (latents - tokens).square().mean() / self.variance

    def surprise(self, latents: Tensor, indices: Tensor) -> Tensor:
        """Return the cross-entropy of the codes with indices (B, h·w) under latents (B, D, h, w).

        A code is the likelier the nearer it is: a Gaussian as wide as the codes are apart.
        """
        flat, codes = latents.permute(0, 2, 3, 1).flatten(0, 2), self.vqgan.codebook
        square = codes.square().sum(dim=1)  # |z|² is the same for all codes
        logits = (2 * flat @ codes.T - square) * (2 / self.spacing)
        return F.cross_entropy(logits, indices.flatten())
