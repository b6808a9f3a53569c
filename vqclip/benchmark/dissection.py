"""A step of the program taken apart, so that each part can be timed."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from vqclip.benchmark.timing import Marks
from vqclip.engine.augment import GEOMETRY, apply_pixels
from vqclip.engine.cutouts import Cutouts
from vqclip.engine.generation import Generation
from vqclip.engine.gradients import clamp_with_grad, leaf, pass_on
from vqclip.engine.guidance import Part
from vqclip.engine.latent import quantize
from vqclip.engine.losses import prompt_losses

PARTS = (
    "quantize",
    "decode",
    "cutouts",
    "augment",
    "perceptor forward",
    "perceptor backward",
    "cutouts backward",
    "decoder backward",
    "optimizer",
)
"""The parts of a step, in the order they are computed."""


class DissectedStep:
    """The step of a generation without regularisers and contest, part by part.

    It changes the generation as `advance` does; a test holds one against the other.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    def __call__(self, marks: Marks) -> None:
        """Make a step and mark the end of each part."""
        generation, state = self.generation, self.generation.state
        progress = generation.course.progress(generation.step)
        z = state.latent.z()
        z_q = quantize(generation.models.generator, z)
        marks.mark("quantize")
        with torch.autocast(generation.device.type, torch.bfloat16, enabled=generation.amp):
            decoded = generation.models.generator.decode(z_q)
        images = clamp_with_grad(decoded.float())
        marks.mark("decode")
        sample = leaf(images)
        for part in state.guidance.parts(state.streams["cutouts"], progress=progress):
            self._gather(sample, part, marks)
        state.optimizer.zero_grad()
        pass_on((sample, images))
        marks.mark("decoder backward")
        state.optimizer.step(generation.step)
        state.latent.project_()
        state.average.update(state.latent.z().detach())
        generation.step += 1
        marks.mark("optimizer")

    def _gather(self, images: Tensor, part: Part, marks: Marks) -> None:
        guidance, guide = self.generation.state.guidance, part.guide
        cutouts = _windows(guidance.cutouts, images, part)
        marks.mark("cutouts")
        cut = leaf(cutouts)
        draws = [drawn.part(part.chunk) for drawn in part.plan.draws]
        augmented = apply_pixels(cut, guidance.cutouts.augmentations, draws)
        marks.mark("augment")
        seen = leaf(augmented)
        with torch.autocast(seen.device.type, torch.bfloat16, enabled=guidance.amp):
            embedded = guide.perceptor.encode_image(seen.flatten(0, 1))
        embeddings = embedded.float().view(*seen.shape[:2], -1)  # (B, n, E)
        targets = guide.targets
        losses = prompt_losses(embeddings, targets.vectors, targets.weights, targets.stops)
        total = (losses * part.share).sum()
        marks.mark("perceptor forward")
        (gradient,) = torch.autograd.grad(total, seen)
        marks.mark("perceptor backward")
        (gradient,) = torch.autograd.grad(augmented, cut, gradient)
        (gradient,) = torch.autograd.grad(cutouts, images, gradient)
        images.grad = gradient if images.grad is None else images.grad + gradient
        marks.mark("cutouts backward")


def _windows(cutouts: Cutouts, images: Tensor, part: Part) -> Tensor:
    """Resample the windows of a part, turned and tilted but with their pixels as they are."""
    pairs = zip(cutouts.augmentations, part.plan.draws, strict=True)
    geometry = [(kind, drawn) for kind, drawn in pairs if kind.name in GEOMETRY]
    plan = replace(part.plan, draws=tuple(replace(drawn) for _, drawn in geometry))
    bare = Cutouts(
        cutouts.window,
        cutouts.law,
        count=cutouts.count,
        overview=cutouts.overview,
        augmentations=[kind for kind, _ in geometry],
    )
    return bare.make(images, plan, size=part.guide.perceptor.size, part=part.chunk)
