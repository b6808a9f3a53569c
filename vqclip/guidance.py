"""What CLIP says of images: the losses of the prompts, and their gradient gathered at the image."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqclip.cutouts import Cutouts
from vqclip.losses import prompt_losses
from vqclip.models import Perceptor
from vqclip.randomness import Streams
from vqclip.targets import Targets


class Guidance:
    """Perceptors with the targets they compare cutouts with.

    Memory depends on `chunk` alone: every chunk of cutouts is back-propagated to the image before
    the next is made, perceptor after perceptor. When memory runs out the chunk is halved and made
    again; its random numbers were drawn before, so the picture stays the same.

    Args:
        perceptors: one or more.
        weights: one per perceptor; only ratios count.
        targets: one per perceptor.
        cutouts: makes the same windows for all perceptors, each at its own size.
        chunk: cutouts per image computed at once.
        amp: whether perceptors compute in bfloat16.
    """

    def __init__(
        self,
        perceptors: Sequence[Perceptor],
        weights: Sequence[float],
        targets: Sequence[Targets],
        cutouts: Cutouts,
        *,
        chunk: int,
        amp: bool,
    ) -> None:
        self.perceptors, self.targets = tuple(perceptors), list(targets)
        self.weights = [weight / sum(weights) for weight in weights]
        self.cutouts, self.chunk, self.amp = cutouts, chunk, amp

    def gather(self, leaf: Tensor, streams: Streams, *, progress: float) -> dict[str, Tensor]:
        """Add the gradient of the prompt losses to `leaf.grad` and return them by name.

        Args:
            leaf: images (B, 3, H, W) in [0, 1], a leaf that requires a gradient.
            streams: of the B images.
            progress: fraction of the run in [0, 1].

        Returns:
            `prompt k` -> (B,).
        """
        plan = self.cutouts.plan(streams, progress=progress)
        total = torch.zeros_like(self.targets[0].weights)  # (B, P)
        for index, weight in enumerate(self.weights):
            size = self.perceptors[index].size
            filled = self.cutouts.fields(plan, streams, size=size)
            start = 0
            while start < plan.count:
                part = slice(start, min(start + self.chunk, plan.count))
                share = weight * (part.stop - part.start) / plan.count
                try:
                    cutouts = self.cutouts.make(leaf, filled, size=size, part=part)
                    losses = self._losses(cutouts, index) * share  # (B, P)
                    (gradient,) = torch.autograd.grad(losses.sum(), leaf)
                except torch.OutOfMemoryError:
                    if self.chunk == 1:
                        raise
                    self.chunk = -(-self.chunk // 2)
                    continue
                leaf.grad = gradient if leaf.grad is None else leaf.grad + gradient
                total += losses.detach()
                start = part.stop
        return {f"prompt {k + 1}": total[:, k] for k in range(total.shape[1])}

    def _losses(self, cutouts: Tensor, index: int) -> Tensor:
        targets = self.targets[index]
        batch, count = cutouts.shape[:2]
        with torch.autocast(cutouts.device.type, torch.bfloat16, enabled=self.amp):
            embedded = self.perceptors[index].encode_image(cutouts.flatten(0, 1))
        embeddings = embedded.float().view(batch, count, -1)  # (B, n, E)
        return prompt_losses(embeddings, targets.vectors, targets.weights, targets.stops)

    def select(self, rows: Tensor) -> None:
        """Keep some images of the batch."""
        self.targets = [one.select(rows) for one in self.targets]
