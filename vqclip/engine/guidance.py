"""What CLIP says of images: the losses of the prompts, and their gradient gathered at the image."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vqclip.engine.cutouts import CutoutPlan, Cutouts
from vqclip.engine.losses import prompt_losses
from vqclip.engine.targets import Targets
from vqclip.models.protocols import Perceptor
from vqclip.randomness import Streams


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
        total = torch.zeros_like(self.targets[0].weights)  # (B, P)

        def add(index: int, plan: CutoutPlan, part: slice) -> None:
            losses = self._losses(leaf, index, plan, part)  # (B, P)
            (gradient,) = torch.autograd.grad(losses.sum(), leaf)
            leaf.grad = gradient if leaf.grad is None else leaf.grad + gradient
            total.add_(losses.detach())

        self._look(add, streams, progress)
        return {f"prompt {k + 1}": total[:, k] for k in range(total.shape[1])}

    @torch.no_grad()
    def losses(self, versions: Sequence[Tensor], streams: Streams, *, progress: float) -> Tensor:
        """Return the sum of the prompt losses for V versions of B images: (V, B), no gradients.

        All versions are seen through the same cutouts, so that nothing but they make a difference.

        Args:
            versions: of the images, each (B, 3, H, W) in [0, 1].
            streams: of the B images.
            progress: fraction of the run in [0, 1].
        """
        total = torch.zeros(len(versions), len(versions[0]), device=versions[0].device)

        def add(index: int, plan: CutoutPlan, part: slice) -> None:
            rows = [self._losses(one, index, plan, part).sum(dim=1) for one in versions]
            total.add_(torch.stack(rows))

        self._look(add, streams, progress)
        return total

    def _look(
        self, add: Callable[[int, CutoutPlan, slice], None], streams: Streams, progress: float
    ) -> None:
        """Draw a step's cutouts; add up perceptor after perceptor, chunk after chunk."""
        drawn = self.cutouts.plan(streams, progress=progress)
        for index, perceptor in enumerate(self.perceptors):
            plan = self.cutouts.fields(drawn, streams, size=perceptor.size)
            start = 0
            while start < plan.count:
                part = slice(start, min(start + self.chunk, plan.count))
                try:
                    add(index, plan, part)
                except torch.OutOfMemoryError:
                    if self.chunk == 1:
                        raise
                    self.chunk = -(-self.chunk // 2)
                    continue
                start = part.stop

    def _losses(self, images: Tensor, index: int, plan: CutoutPlan, part: slice) -> Tensor:
        """Return what a part of the cutouts, by one perceptor, adds to the losses (B, P)."""
        perceptor, targets = self.perceptors[index], self.targets[index]
        cutouts = self.cutouts.make(images, plan, size=perceptor.size, part=part)
        batch, count = cutouts.shape[:2]
        with torch.autocast(cutouts.device.type, torch.bfloat16, enabled=self.amp):
            embedded = perceptor.encode_image(cutouts.flatten(0, 1))
        embeddings = embedded.float().view(batch, count, -1)  # (B, n, E)
        losses = prompt_losses(embeddings, targets.vectors, targets.weights, targets.stops)
        return losses * (self.weights[index] * count / plan.count)

    def select(self, rows: Tensor) -> None:
        """Keep some images of the batch."""
        self.targets = [one.select(rows) for one in self.targets]
