"""The contrastive training of a CLIP, step by step, on pictures some of which are adversarial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from open_clip.loss import ClipLoss
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.batches import Batch
from vqclip.training.perceptor.clip_settings import ClipSettings
from vqclip.training.perceptor.encoder import DualEncoder, build, load_weights, with_unknown
from vqclip.training.perceptor.naming import naming_loss
from vqclip.training.perceptor.views import views
from vqclip.training.schedules import Progress, cosine_factor, warm_decay

BETAS = (0.9, 0.98)
CLIP = 1.0
"""Largest norm of the gradient of a step."""


@dataclass(frozen=True)
class BatchTexts:
    """The texts of a batch as unit vectors.

    Attributes:
        texts: captions of the pictures (B, E).
        wrong: wrong captions of some of them (M, E).
        rows: the pictures of the wrong captions (M,).
        names: words of all kinds (W, E), or none (0, E).
        marks: which of the words each picture shows (B, W).
    """

    texts: Tensor
    wrong: Tensor
    rows: Tensor
    names: Tensor
    marks: Tensor


class ClipTraining:
    """A CLIP, its optimiser and the moving average of its weights.

    Args:
        settings: how it is trained.
        captions: all captions that it learns from.
        device: where it computes.
    """

    def __init__(
        self, settings: ClipSettings, captions: Sequence[str], device: torch.device
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.device = settings, device
        self.progress = Progress(settings.steps)
        self.encoder = build(settings.architecture, captions)
        if settings.start_from:
            load_weights(self.encoder, Path(settings.start_from))
        model = self.encoder.model.to(device).to(memory_format=torch.channels_last)
        if settings.compile:
            model.visual.compile(dynamic=False)
        matrices = [parameter for parameter in model.parameters() if parameter.ndim >= 2]
        others = [parameter for parameter in model.parameters() if parameter.ndim < 2]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": settings.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=BETAS,
        )
        self.average = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        self.loss = ClipLoss()

    def advance(self, batch: Batch, step: int) -> float:
        """Learn from a batch; return the loss."""
        settings, encoder = self.settings, self.encoder
        encoder.model.train()
        self._set_learning_rate(step)
        generator = stream(settings.seed, f"step {step}", self.device)
        tokens = encoder.tokens(batch.captions)
        words = stream(settings.seed, f"words {step}")
        tokens = with_unknown(tokens, encoder.known, settings.unknown, words).to(self.device)
        pixels = torch.from_numpy(batch.pixels).to(self.device)
        images = pixels.permute(0, 3, 1, 2).float() / 255  # (B, 3, S, S)
        seen = views(images, settings.size, settings.views, generator)
        seen = seen.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            texts = self._embed_texts(batch, tokens)
            seen = self._attacked(seen, texts, step, generator)
            embedded = encoder.images(seen)
            loss = self.loss(embedded, texts.texts, encoder.scale)
            loss = loss + self._wrong_texts_loss(embedded, texts)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(encoder.model.parameters(), CLIP)
        self.optimizer.step()
        self._update_average(step)
        return float(loss.detach())

    def _set_learning_rate(self, step: int) -> None:
        settings = self.settings
        share = self.progress.share(step)
        factor = cosine_factor(step, share, warmup=settings.warmup, final=settings.final)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor

    def _embed_texts(self, batch: Batch, tokens: Tensor) -> BatchTexts:
        """Embed captions, given as tokens (B, L), with the other texts of a batch."""
        settings, encoder = self.settings, self.encoder
        rows = [row for row, text in enumerate(batch.wrong) if text and settings.swaps]
        extra = [batch.wrong[row] for row in rows] + (list(batch.names) if settings.naming else [])
        together = torch.cat([tokens, encoder.tokens(extra).to(self.device)]) if extra else tokens
        sizes = [len(tokens), len(rows), len(extra) - len(rows)]
        texts, wrong, names = torch.split(encoder.texts(together), sizes)
        marks = batch.marks.to(self.device)
        return BatchTexts(texts, wrong, torch.tensor(rows, device=self.device).long(), names, marks)

    def _wrong_texts_loss(self, embedded: Tensor, texts: BatchTexts) -> Tensor:
        """Return the loss of pictures (B, E) against wrong captions and wrong names."""
        settings, scale = self.settings, self.encoder.scale
        loss = embedded.new_zeros(())
        if len(texts.rows):
            pairs = torch.stack([texts.texts[texts.rows], texts.wrong], dim=1)  # (M, 2, E)
            logits = scale * torch.einsum("mte,me->mt", pairs, embedded[texts.rows])
            right = torch.zeros_like(texts.rows)
            loss = loss + settings.swaps * F.cross_entropy(logits, right)
        if len(texts.names):
            logits = scale * embedded @ texts.names.T  # (B, W)
            loss = loss + settings.naming * naming_loss(logits, texts.marks)
        return loss

    def _attacked(
        self, seen: Tensor, texts: BatchTexts, step: int, generator: torch.Generator
    ) -> Tensor:
        """Make the first part of the views (B, 3, size, size) adversarial to their texts."""
        settings = self.settings.attack
        count = int(settings.share * len(seen))
        if not count:
            return seen
        grown = min(1.0, 2 * step / self.settings.steps)
        radius = settings.first + (settings.last - settings.first) * grown
        sizes = torch.rand(count, 1, 1, 1, generator=generator, device=self.device)
        scale, naming = self.encoder.scale.detach(), self.settings.naming
        captions, names = torch.cat([texts.texts, texts.wrong]).detach(), texts.names.detach()
        marks = texts.marks[:count]

        def loss(moved: Tensor) -> Tensor:
            embedded = self.encoder.images(moved)
            own = torch.arange(count, device=self.device)
            total = F.cross_entropy(scale * embedded @ captions.T, own)
            if not len(names):
                return total
            return total + naming * naming_loss(scale * embedded @ names.T, marks)

        moved = attack(
            loss,
            seen[:count],
            # The length of a vector grows with its dimensions, so with the side of the pictures.
            radius=radius * self.settings.size / 64 * (0.5 + 0.5 * sizes),
            steps=settings.steps,
            generator=generator,
        )
        return torch.cat([moved, seen[count:]])

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        decay = warm_decay(self.settings.average, step)
        for name, tensor in self.encoder.model.state_dict().items():
            if tensor.is_floating_point():
                self.average[name].lerp_(tensor, 1 - decay)
            else:
                self.average[name].copy_(tensor)

    def averaged(self) -> DualEncoder:
        """Return a model of its own with the average of the weights."""
        copy = build(self.settings.architecture, ())
        copy.model.load_state_dict(self.average)
        own = self.encoder
        return DualEncoder(copy.model.to(self.device).eval(), own.tokenizer, own.known, own.size)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "model": self.encoder.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.encoder.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
