"""The reference steps: what nerdyrodent's and pixray's defaults compute, in plain torch.

Written from a description of their source (nerdyrodent/VQGAN-CLIP 592d555, generate.py 360 and
719-754; pixray/pixray 37b03cf, pixray.py 400-511 and 1243-1512). Files and previews that they write
now and then are left out, to their advantage. Weights are random, since no speed depends on them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.benchmark import peeraugment as augment
from vqclip.benchmark.plaindecoder import PlainVQGAN
from vqclip.engine.gradients import clamp_with_grad, straight_through

WIDE_SCALE, WIDE_SHIFT = 0.95, 0.05
"""Of pixray's wide cutouts: their size, and the furthest they move, in halves of a side."""


@dataclass(frozen=True)
class Eye:
    """The half of a CLIP that sees, with the prompts it compares with.

    Attributes:
        visual: frozen; cutouts (N, 3, size, size), normalised -> (N, E).
        size: side of its input in pixels.
        mean: of the training images (1, 3, 1, 1).
        deviation: likewise.
        dtype: in which it computes.
        prompts: unit vectors (P, E).
        weights: one per prompt.
    """

    visual: nn.Module
    size: int
    mean: Tensor
    deviation: Tensor
    dtype: torch.dtype
    prompts: Tensor
    weights: tuple[float, ...]

    def losses(self, cutouts: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return the loss of each prompt, and the embeddings (N, E) of cutouts."""
        normal = (cutouts - self.mean) / self.deviation
        embedded = F.normalize(self.visual(normal.to(self.dtype)).float(), dim=-1)
        pairs = zip(self.prompts, self.weights, strict=True)
        return [_gated(embedded, prompt, weight) for prompt, weight in pairs], embedded


def _gated(embedded: Tensor, prompt: Tensor, weight: float) -> Tensor:
    distance = embedded.sub(prompt[None]).norm(dim=-1).div(2).arcsin().pow(2).mul(2)
    signed = distance * (1 if weight > 0 else -1)
    gate = torch.maximum(signed, torch.full_like(signed, -torch.inf))
    return abs(weight) * straight_through(signed, gate).mean()


@dataclass
class Facts:
    """What a reference step held, to be compared with its description.

    Attributes:
        distances: shape of the distances of every token to every code.
        cutouts: shape of the cutouts, per size of input.
        embeddings: shape of their embeddings, per perceptor.
        image: shape of the picture.
    """

    distances: tuple[int, ...] = ()
    cutouts: list[tuple[int, ...]] = field(default_factory=list)
    embeddings: list[tuple[int, ...]] = field(default_factory=list)
    image: tuple[int, ...] = ()


class PeerStep(ABC):
    """One iteration of a tool of 2021; call it again and again.

    Args:
        vqgan: frozen.
        eyes: frozen, one or more.
        height: of the picture, in pixels.
        width: likewise.
        cutouts: per iteration.
    """

    rate = 0.1

    def __init__(
        self, vqgan: PlainVQGAN, eyes: Sequence[Eye], *, height: int, width: int, cutouts: int
    ) -> None:
        self.vqgan, self.eyes, self.cutouts = vqgan, tuple(eyes), cutouts
        rows, columns = height // vqgan.factor, width // vqgan.factor
        tokens = torch.randint(len(vqgan.codebook), (rows * columns,)).to(vqgan.codebook.device)
        z = vqgan.codebook[tokens].T.reshape(1, -1, rows, columns)
        self.z = z.clone().requires_grad_(True)
        self.optimizer = torch.optim.Adam([self.z], lr=self.rate)
        self.low = vqgan.codebook.amin(dim=0)[None, :, None, None]
        self.high = vqgan.codebook.amax(dim=0)[None, :, None, None]
        self.facts = Facts()
        self.step = 0

    def __call__(self) -> None:
        """Make one iteration."""
        self.facts = Facts()
        self.optimizer.zero_grad(set_to_none=True)
        image = self.synthesize()
        losses = self.losses(image)
        self.watch(losses)
        torch.autograd.backward(torch.stack(losses).sum())
        self.optimizer.step()
        with torch.no_grad():
            self.z.copy_(self.z.maximum(self.low).minimum(self.high))
        self.step += 1

    def check(self) -> None:
        """Hold the shapes of the last iteration against the description.

        Raises:
            RuntimeError: they differ.
        """
        rows, columns = self.z.shape[-2:]
        factor, codes = self.vqgan.factor, len(self.vqgan.codebook)
        described = Facts(
            distances=(1, rows, columns, codes),
            cutouts=[(self.cutouts, 3, size, size) for size in self.input_sizes()],
            embeddings=[(self.cutouts, eye.prompts.shape[1]) for eye in self.eyes],
            image=(1, 3, rows * factor, columns * factor),
        )
        if self.facts != described:
            raise RuntimeError(f"the reference held {self.facts}, described are {described}")

    def input_sizes(self) -> list[int]:
        """Return the sizes of the sets of cutouts."""
        return [eye.size for eye in self.eyes]

    def synthesize(self) -> Tensor:
        """Quantise with whole distances and a one-hot product, and decode in float32."""
        codes = self.vqgan.codebook
        z = self.z.movedim(1, 3)  # (1, h, w, D)
        distances = z.pow(2).sum(dim=-1, keepdim=True) + codes.pow(2).sum(dim=1) - 2 * z @ codes.T
        chosen = F.one_hot(distances.argmin(dim=-1), len(codes)).to(distances.dtype)
        z_q = straight_through((chosen @ codes).movedim(3, 1), self.z)
        image = clamp_with_grad((self.vqgan(z_q) + 1) / 2)
        self.facts.distances, self.facts.image = tuple(distances.shape), tuple(image.shape)
        return image

    def pooled(self, image: Tensor, size: int) -> Tensor:
        """Pool the whole image once for every cutout: (cutouts, 3, size, size), all equal."""
        each = [
            (F.adaptive_avg_pool2d(image, size) + F.adaptive_max_pool2d(image, size)) / 2
            for _ in range(self.cutouts)
        ]
        return torch.cat(each)

    def seen(self, eye: Eye, cutouts: Tensor) -> list[Tensor]:
        """Return the losses of cutouts for one eye."""
        losses, embedded = eye.losses(cutouts)
        self.facts.embeddings.append(tuple(embedded.shape))
        return losses

    def watch(self, losses: Sequence[Tensor]) -> None:
        """Do what the tool does with the losses before the gradient; by itself nothing."""
        return

    @abstractmethod
    def losses(self, image: Tensor) -> list[Tensor]:
        """Return every loss of an image (1, 3, H, W)."""


class NerdyrodentStep(PeerStep):
    """Its default: cutouts of the whole image, squashed to a square, then four augmentations."""

    def losses(self, image: Tensor) -> list[Tensor]:
        """Return the loss of each prompt."""
        losses: list[Tensor] = []
        for eye in self.eyes:
            x = self.pooled(image, eye.size)
            x = augment.affine(x, degrees=15, shift=0.1, shear=5, p=0.7)
            x = augment.perspective(x, distortion=0.7, p=0.7)
            x = augment.jitter(x, light=0.1, saturation=0.1, hue=0.1, p=0.7)
            x = augment.noise(augment.erase(x, p=0.7))
            self.facts.cutouts.append(tuple(x.shape))
            losses += self.seen(eye, x)
        return losses


class PixrayStep(PeerStep):
    """Its default: six tenths of the cutouts zoom, the others are wide; one set per input size."""

    rate = 0.2

    def __init__(
        self, vqgan: PlainVQGAN, eyes: Sequence[Eye], *, height: int, width: int, cutouts: int
    ) -> None:
        super().__init__(vqgan, eyes, height=height, width=width, cutouts=cutouts)
        self.best: float | None = None

    def losses(self, image: Tensor) -> list[Tensor]:
        """Return the loss of each prompt and perceptor."""
        padding = "reflection" if self.step % 2 == 0 else "border"
        gray = float(torch.rand(()))
        sets: dict[int, Tensor] = {}
        for size in self.input_sizes():
            sets[size] = self.cut(image, size, padding, gray)
            self.facts.cutouts.append(tuple(sets[size].shape))
        losses: list[Tensor] = []
        for eye in self.eyes:
            batch = sets[eye.size]
            low, high = batch.min(), batch.max()
            if float(high.detach()) != 0:  # waits for the device, as there
                batch = (batch - low) / (high - low)
            losses += self.seen(eye, batch)
        return losses

    def input_sizes(self) -> list[int]:
        """Return the sizes of the sets of cutouts: perceptors of one size share a set."""
        return list(dict.fromkeys(super().input_sizes()))

    def cut(self, image: Tensor, size: int, padding: str, gray: float) -> Tensor:
        """Return augmented cutouts (cutouts, 3, size, size) of an image (1, 3, H, W)."""
        x = self.pooled(image, size)
        height, width = image.shape[-2:]
        if height != width:
            aspect = width / height
            wanted = (size, round(size * aspect)) if aspect > 1 else (round(size / aspect), size)
            x = F.interpolate(x, wanted, mode="bilinear", align_corners=False)
        zooms = int(0.6 * self.cutouts)
        near = augment.perspective(x[:zooms], distortion=0.4, p=0.7, padding=padding)
        near = augment.resized_crop(near, side=size)
        far = _wide(x[zooms:] - gray, size)
        far = augment.perspective(far, distortion=0.2, p=0.7) + gray
        both = [
            augment.jitter(part, light=0, saturation=0.1, hue=0.1, p=0.8) for part in (near, far)
        ]
        return augment.noise(torch.cat(both))

    def watch(self, losses: Sequence[Tensor]) -> None:
        """Keep the best latent so far, for which the loss is read off the device."""
        total = float(torch.stack([loss.detach() for loss in losses]).sum())
        if self.best is None or total < self.best:
            self.best, self.kept = total, self.z.detach().clone()


def _wide(batch: Tensor, size: int) -> Tensor:
    """Shrink cutouts (n, 3, H, W) so that the longer side fits, and move them a little."""
    count, (height, width) = len(batch), batch.shape[-2:]
    longest = max(height, width) / WIDE_SCALE
    zero, one = torch.zeros(count), torch.ones(count)
    across, down = (augment.uniform(2, count) * WIDE_SHIFT).unbind()
    rows = [one * longest / width, zero, across, zero, one * longest / height, down]
    matrices = torch.stack([*rows, zero, zero, one], dim=1).view(-1, 3, 3).to(batch)
    return augment.warp(batch, matrices, size=(size, size), padding="zeros")


STEPS: dict[str, Callable[..., PeerStep]] = {"nerdyrodent": NerdyrodentStep, "pixray": PixrayStep}
