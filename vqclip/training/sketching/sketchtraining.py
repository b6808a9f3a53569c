"""A sketch model in training: its weights, their average, the optimiser and one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.models.sketches.sketchfile import SketchModel
from vqclip.models.sketches.sketchwords import Vocabulary
from vqclip.models.sketches.transformer import SketchShape, SketchTransformer
from vqclip.randomness import stream
from vqclip.training.schedules import cosine_factor, warm_decay
from vqclip.training.sketching.codepictures import (
    Batch,
    CodePictures,
    disturbed,
    neighbors_of,
    without_words,
)
from vqclip.training.sketching.sketch_settings import SketchSettings

BETAS = (0.9, 0.98)


class SketchTraining:
    """A sketch model in training.

    Args:
        settings: of the training.
        shape: of the model.
        codebook: the codes (K, D) that it writes, on the device that computes.
        amp: whether it computes in bfloat16.
    """

    def __init__(
        self, settings: SketchSettings, shape: SketchShape, codebook: Tensor, *, amp: bool
    ) -> None:
        self.settings, self.shape, self.device, self.amp = settings, shape, codebook.device, amp
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            model, average = SketchTransformer(shape), SketchTransformer(shape)
            model.initialize()
        average.load_state_dict(model.state_dict())
        self.model = model.to(self.device)
        self.average = average.to(self.device).eval().requires_grad_(False)
        self.neighbors = neighbors_of(codebook, min(settings.neighbors, len(codebook) - 1))
        parameters = list(model.parameters())
        matrices = [own for own in parameters if own.dim() == 2]
        others = [own for own in parameters if own.dim() < 2]
        groups = [
            {"params": matrices, "weight_decay": settings.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        fused = self.device.type == "cuda"
        self.optimizer = torch.optim.AdamW(
            groups, lr=settings.learning_rate, betas=BETAS, fused=fused
        )

    def advance(self, pictures: CodePictures, step: int, share: float) -> Tensor:
        """Make one step; return its loss, a number on the device.

        Args:
            pictures: to draw from.
            step: counted from 0.
            share: of the training that is done.
        """
        settings = self.settings
        generator = stream(settings.seed, f"step {step}", self.device)
        batch = pictures.draw(settings.batch, generator)
        tokens = without_words(
            batch.tokens, no_text=settings.no_text, unknown=settings.unknown, generator=generator
        )
        given = disturbed(
            batch.codes, self.neighbors, share=settings.disturbed, generator=generator
        )
        loss = self.loss(self.model, Batch(tokens, given), batch.codes)

        factor = cosine_factor(step, share, warmup=settings.warmup, final=settings.final)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimizer.step()
        decay = warm_decay(settings.average, step)
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.model.parameters()), 1 - decay
            )
        return loss.detach()

    def loss(self, model: SketchTransformer, given: Batch, codes: Tensor) -> Tensor:
        """Return the mean cross-entropy of codes (B, cells) in nats, given texts and codes."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.amp):
            logits = model(given.tokens, given.codes)  # (B, cells, K)
        return F.cross_entropy(logits.flatten(0, 1).float(), codes.flatten())

    @torch.no_grad()
    def validate(self, held_out: CodePictures) -> float:
        """Return the loss of the averaged weights on held-out pictures."""
        batch, size = held_out.first(self.settings.validated), self.settings.batch
        parts = zip(torch.split(batch.tokens, size), torch.split(batch.codes, size), strict=True)
        losses = [
            self.loss(self.average, Batch(tokens, codes), codes) * len(codes)
            for tokens, codes in parts
        ]
        return float(torch.stack(losses).sum() / len(batch.codes))

    def averaged(self, vocabulary: Vocabulary, codebook: str) -> SketchModel:
        """Return the model with averaged weights, ready to write codes."""
        return SketchModel(self.average, vocabulary, codebook)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
