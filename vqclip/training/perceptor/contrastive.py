"""The contrastive training of a CLIP, step by step, on pictures some of which are adversarial."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.models.openclip import open_clip
from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.batches import Batch
from vqclip.training.perceptor.clip_settings import ClipSettings
from vqclip.training.perceptor.encoder import (
    TABLE,
    DualEncoder,
    build,
    load_weights,
    with_unknown,
)
from vqclip.training.perceptor.naming import naming_loss
from vqclip.training.perceptor.stock import moved
from vqclip.training.perceptor.views import views
from vqclip.training.schedules import Progress, cosine_factor, warm_decay

BETAS = (0.9, 0.98)
HOTTEST = math.log(100)
"""Largest logarithm of the factor of cosines."""
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
        captions: captions that it learns from; `learn` adds others.
        device: where it computes.
    """

    def __init__(
        self, settings: ClipSettings, captions: Sequence[str], device: torch.device
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.device = settings, device
        self.progress = Progress(settings.steps, settings.minutes)
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
            fused=device.type == "cuda",
        )
        self.average = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        self.loss = open_clip.loss.ClipLoss()

    def learn(self, pieces: Sequence[str]) -> None:
        """Make the tokens of words known that no caption had before."""
        new = self.encoder.learn(self.encoder.tokens.known(pieces))
        places = new.to(self.device)
        self.average[TABLE][places] = self.encoder.model.token_embedding.weight.detach()[places]

    def advance(self, batch: Batch, step: int) -> dict[str, Tensor]:
        """Learn from a batch; return the loss and its parts."""
        settings, encoder = self.settings, self.encoder
        encoder.model.train()
        self._set_learning_rate(step)
        generator = stream(settings.seed, f"step {step}", self.device)
        seen = views(batch.images.to(self.device), settings.size, settings.views, generator)
        seen = seen.contiguous(memory_format=torch.channels_last)
        with self._autocast():
            texts = self._embed_texts(batch, step)
        seen = self._attacked(seen, texts, step, generator)
        with self._autocast():
            embedded = encoder.images(seen)
        losses = {"captions": self.loss(embedded, texts.texts, encoder.scale)}
        losses |= self._wrong_texts_losses(embedded, texts)
        loss: Tensor = torch.stack(list(losses.values())).sum()
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(encoder.model.parameters(), CLIP)
        self.optimizer.step()
        with torch.no_grad():
            encoder.model.logit_scale.clamp_(0, HOTTEST)
        self._update_average(step)
        return {name: part.detach() for name, part in {"loss": loss, **losses}.items()}

    def _autocast(self) -> torch.autocast:
        """Compute in half precision, which is too coarse for logits and slow on most CPUs."""
        kind = self.device.type
        return torch.autocast(kind, torch.bfloat16, enabled=kind == "cuda")

    def _set_learning_rate(self, step: int) -> None:
        settings = self.settings
        share = self.progress.share(step)
        factor = cosine_factor(step, share, warmup=settings.warmup, final=settings.final)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor

    def _embed_texts(self, batch: Batch, step: int) -> BatchTexts:
        """Embed the captions and the other texts of a batch."""
        settings, encoder = self.settings, self.encoder
        words = stream(settings.seed, f"words {step}")
        tokens = with_unknown(batch.tokens, encoder.known, settings.unknown, words)
        rows = batch.wrong[:, 0].nonzero().flatten() if settings.swaps else torch.empty(0).long()
        names = batch.names if settings.naming else batch.names[:0]
        together = torch.cat([tokens, batch.wrong[rows], names])
        sizes = [len(tokens), len(rows), len(names)]
        texts, wrong, named = torch.split(encoder.texts(moved(together, self.device)), sizes)
        return BatchTexts(
            texts, wrong, moved(rows, self.device), named, moved(batch.marks, self.device)
        )

    def _wrong_texts_losses(self, embedded: Tensor, texts: BatchTexts) -> dict[str, Tensor]:
        """Return the losses of pictures (B, E) against wrong captions and wrong names."""
        settings, scale = self.settings, self.encoder.scale
        losses = {}
        if len(texts.rows):
            pairs = torch.stack([texts.texts[texts.rows], texts.wrong], dim=1)  # (M, 2, E)
            logits = scale * torch.einsum("mte,me->mt", pairs, embedded[texts.rows])
            right = torch.zeros_like(texts.rows)
            losses["wrong"] = settings.swaps * F.cross_entropy(logits, right)
        if len(texts.names):
            logits = scale * embedded @ texts.names.T  # (B, W)
            losses["names"] = settings.naming * naming_loss(logits, texts.marks)
        return losses

    def _attacked(
        self, seen: Tensor, texts: BatchTexts, step: int, generator: torch.Generator
    ) -> Tensor:
        """Make the first part of the views (B, 3, size, size) adversarial to their texts."""
        settings = self.settings.attack
        count = int(settings.share * len(seen))
        if not count:
            return seen
        grown = min(1.0, 2 * self.progress.share(step))
        radius = settings.first + (settings.last - settings.first) * grown
        sizes = torch.rand(count, 1, 1, 1, generator=generator, device=self.device)
        scale, naming = self.encoder.scale.detach(), self.settings.naming
        captions, names = torch.cat([texts.texts, texts.wrong]).detach(), texts.names.detach()
        marks = texts.marks[:count]

        def loss(changed: Tensor) -> Tensor:
            with self._autocast():
                embedded = self.encoder.images(changed)
            own = torch.arange(count, device=self.device)
            total = F.cross_entropy(scale * embedded @ captions.T, own)
            if not len(names):
                return total
            return total + naming * naming_loss(scale * embedded @ names.T, marks)

        attacked = attack(
            loss,
            seen[:count],
            # The length of a vector grows with its dimensions, so with the side of the pictures.
            radius=radius * self.settings.size / 64 * (0.5 + 0.5 * sizes),
            steps=settings.steps,
            generator=generator,
        )
        return torch.cat([attacked, seen[count:]])

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        weight = 1 - warm_decay(self.settings.average, step)
        state = self.encoder.model.state_dict()
        floats = [name for name, tensor in state.items() if tensor.is_floating_point()]
        torch._foreach_lerp_(
            [self.average[name] for name in floats], [state[name] for name in floats], weight
        )
        for name in state.keys() - floats:
            self.average[name].copy_(state[name])

    def averaged(self) -> DualEncoder:
        """Return a model of its own with the average of the weights."""
        copy = build(self.settings.architecture)
        copy.model.load_state_dict(self.average)
        own = self.encoder
        model = copy.model.to(self.device).eval()
        return DualEncoder(model, own.tokens, own.known, own.fresh, own.size)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "model": self.encoder.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
            "known": self.encoder.known.nonzero().flatten(),
            "spent": self.progress.spent if self.settings.minutes else 0.0,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.encoder.learn(state["known"].tolist())
        self.encoder.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for name, tensor in state["average"].items():
            self.average[name].copy_(tensor)
        self.progress = Progress(self.settings.steps, self.settings.minutes, state["spent"])
