"""What CLIP says of images: the losses of the prompts, and their gradient gathered at the image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vqclip.engine.cutouts import CutoutPlan, Cutouts
from vqclip.engine.gradients import gather
from vqclip.engine.losses import prompt_losses
from vqclip.engine.targets import Targets
from vqclip.engine.viewpoint import Viewpoint
from vqclip.models.protocols import Perceptor
from vqclip.randomness import Streams


@dataclass(frozen=True)
class Guide:
    """A perceptor with what it compares cutouts with.

    Attributes:
        weight: share in the loss; only ratios between guides count.
        targets: the prompts of B images.
    """

    perceptor: Perceptor
    weight: float
    targets: Targets


@dataclass(frozen=True)
class Part:
    """Some of a step's cutouts, as one guide sees them from one viewpoint.

    Attributes:
        guide: with the targets of the moment.
        plan: all cutouts of the step, for this guide and viewpoint.
        chunk: which of the cutouts of every image.
        share: of the whole loss that these cutouts make up, in (0, 1].
        viewpoint: of the prompts that are compared.
        shares: what every cutout of the plan counts (B, n); None: all count 1.
    """

    guide: Guide
    plan: CutoutPlan
    chunk: slice
    share: float
    viewpoint: Viewpoint
    shares: Tensor | None = None


class Guidance:
    """Guides that look at the same cutouts, each at its own size.

    Memory depends on `chunk` alone: every chunk of cutouts is back-propagated to the image before
    the next is made, guide after guide. When memory runs out the chunk is halved and made again;
    its random numbers were drawn before, so the picture stays the same.

    Args:
        guides: one or more.
        cutouts: makes the same windows for all guides.
        chunk: cutouts per image computed at once; 0: all.
        amp: whether perceptors compute in bfloat16.
        viewpoints: through which windows prompts look; none: all see cutouts as they are drawn.
    """

    def __init__(
        self,
        guides: Sequence[Guide],
        cutouts: Cutouts,
        *,
        chunk: int,
        amp: bool,
        viewpoints: Sequence[Viewpoint] = (),
    ) -> None:
        self.guides, self.cutouts = tuple(guides), cutouts
        self.asked, self.chunk, self.amp = chunk, chunk or cutouts.count, amp
        plain = Viewpoint(torch.ones_like(self.guides[0].targets.weights))
        self.viewpoints = tuple(viewpoints) or (plain,)

    def overviews(self, count: int) -> Guidance:
        """Return the same guides, which see `count` overviews of every image and nothing else."""
        return Guidance(
            self.guides,
            self.cutouts.overviews(count),
            chunk=self.asked,
            amp=self.amp,
            viewpoints=self.viewpoints,
        )

    def about(
        self, rows: Sequence[int], columns: Sequence[int], height: int, width: int
    ) -> Guidance:
        """Return the same guides with some prompts of some images.

        Images of another size are one region each, which is seen as a whole.
        """
        chosen = torch.tensor(rows)
        guides = [
            replace(guide, targets=guide.targets.select(chosen).columns(columns))
            for guide in self.guides
        ]
        cutouts = self.cutouts.sized(height, width)
        window = self.cutouts.window
        viewpoints = [viewpoint.select(chosen).columns(columns) for viewpoint in self.viewpoints]
        if (height, width) != (window.height, window.width):
            viewpoints = []
        return Guidance(guides, cutouts, chunk=self.asked, amp=self.amp, viewpoints=viewpoints)

    def resize(self, height: int, width: int, count: int) -> None:
        """Look at images of another size from now on, with `count` cutouts of each."""
        self.cutouts = self.cutouts.sized(height, width, count)
        self.chunk = self.asked or count
        self.viewpoints = tuple(own.resized(height, width) for own in self.viewpoints)

    def gather(self, leaf: Tensor, streams: Streams, *, progress: float) -> Tensor:
        """Add the gradient of the prompt losses to `leaf.grad` and return them.

        Args:
            leaf: images (B, 3, H, W) in [0, 1], a leaf that requires a gradient.
            streams: of the B images.
            progress: fraction of the run in [0, 1].

        Returns:
            weighted losses (B, P), without gradients.
        """
        total = torch.zeros_like(self.guides[0].targets.weights)  # (B, P)
        for part in self.parts(streams, progress=progress):
            with self._halved_if_memory_runs_out():
                losses = self.losses(leaf, part)  # (B, P)
                gather(losses.sum(), leaf)
                total += losses.detach()
        return total

    @torch.no_grad()
    def compare(self, versions: Sequence[Tensor], streams: Streams, *, progress: float) -> Tensor:
        """Return the sum of the prompt losses for V versions of B images: (V, B).

        All versions are seen through the same cutouts, so that nothing but they make a difference.

        Args:
            versions: of the images, each (B, 3, H, W) in [0, 1].
            streams: of the B images.
            progress: fraction of the run in [0, 1].
        """
        total = torch.zeros(len(versions), len(versions[0]), device=versions[0].device)
        for part in self.parts(streams, progress=progress):
            with self._halved_if_memory_runs_out():
                rows = [self.losses(images, part).sum(dim=1) for images in versions]
                total += torch.stack(rows)
        return total

    def parts(self, streams: Streams, *, progress: float) -> Iterator[Part]:
        """Draw a step's cutouts and yield them guide after guide, chunk after chunk.

        A part whose consumer halved `chunk` is taken for not done: it comes again, in halves.
        """
        windows = self.cutouts.plan(streams, progress=progress)
        total_weight = sum(guide.weight for guide in self.guides)
        for guide in self.guides:
            drawn = self.cutouts.fields(windows, streams, size=guide.perceptor.size)
            targets = guide.targets.at(progress)
            now = guide if targets is guide.targets else replace(guide, targets=targets)
            for viewpoint in self.viewpoints:
                plan = viewpoint.seen(drawn, self.cutouts.window)
                shares = viewpoint.shares(plan, self.cutouts)
                start = 0
                while start < plan.count:
                    size = self.chunk
                    chunk = slice(start, min(start + size, plan.count))
                    share = guide.weight / total_weight * (chunk.stop - start) / plan.count
                    yield Part(now, plan, chunk, share, viewpoint, shares)
                    if self.chunk == size:
                        start = chunk.stop

    def losses(self, images: Tensor, part: Part) -> Tensor:
        """Return what a part of the cutouts adds to the losses (B, P) of images (B, 3, H, W)."""
        viewpoint, targets = part.viewpoint, part.guide.targets
        embeddings = self._embed(viewpoint.masked(images), part)  # (B, n, E)
        reference = None
        if viewpoint.reference is not None:
            with torch.no_grad():
                reference = self._embed(viewpoint.reference.expand_as(images), part)
        losses = prompt_losses(
            embeddings,
            targets.vectors,
            targets.weights * viewpoint.prompts,
            targets.stops,
            shares=None if part.shares is None else part.shares[:, part.chunk],
            reference=reference,
        )
        return losses * part.share

    def _embed(self, images: Tensor, part: Part) -> Tensor:
        """Cut a part of a plan out of images and embed the cutouts: (B, n, E)."""
        perceptor = part.guide.perceptor
        cutouts = self.cutouts.make(images, part.plan, size=perceptor.size, part=part.chunk)
        batch, count = cutouts.shape[:2]
        with torch.autocast(cutouts.device.type, torch.bfloat16, enabled=self.amp):
            embedded = perceptor.encode_image(cutouts.flatten(0, 1))
        return embedded.float().view(batch, count, -1)

    @contextmanager
    def _halved_if_memory_runs_out(self) -> Iterator[None]:
        try:
            yield
        except torch.OutOfMemoryError:
            if self.chunk == 1:
                raise
            self.chunk = -(-self.chunk // 2)

    def select(self, rows: Tensor) -> None:
        """Keep some images of the batch."""
        self.guides = tuple(
            replace(guide, targets=guide.targets.select(rows)) for guide in self.guides
        )
        self.viewpoints = tuple(viewpoint.select(rows) for viewpoint in self.viewpoints)
