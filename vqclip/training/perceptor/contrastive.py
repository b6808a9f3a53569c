"""Contrastive training, step by step, on pictures that are partly adversarial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from open_clip.loss import ClipLoss
from torch import Tensor, nn

from vqclip.config.option import option, section
from vqclip.engine.optim import learning_rate_factor
from vqclip.randomness import stream
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.batches import Batch
from vqclip.training.perceptor.encoder import (
    Architecture,
    Contrast,
    ImageTower,
    TextTower,
    build,
    load_weights,
    with_unknown,
)
from vqclip.training.perceptor.naming import naming_loss
from vqclip.training.perceptor.views import ViewSettings, views


@dataclass(frozen=True)
class AttackSettings:
    """Adversarial pictures: radii of L2 balls, on pixels in [0, 1] of 64 pixels a side."""

    share: float = option(0.5, "of the batch", low=0, high=1)
    first: float = option(0.2, "largest radius at the first step", low=0)
    last: float = option(1.0, "largest radius from the middle of the training on", low=0)
    steps: int = option(1, "of the climb", low=1)


@dataclass(frozen=True)
class ClipSettings:
    """How a CLIP is trained."""

    seed: int = option(0, "of everything random", low=0)
    embed_dim: int = option(192, "dimensions in which pictures and texts meet", low=1)
    size: int = option(64, "side of the pictures it sees, in pixels", low=16)
    start_from: str = option("", "folder of weights to continue from; empty: random weights")
    splits: list[str] = option(["train"], "folders of the data to learn from")
    steps: int = option(6000, "optimisation steps", low=1)
    batch: int = option(192, "pictures of a step", low=2)
    learning_rate: float = option(1e-3, "the largest, of AdamW", low=0)
    warmup: int = option(200, "steps in which it grows from 0", low=0)
    final: float = option(0.02, "last learning rate / largest", low=0, high=1)
    weight_decay: float = option(0.05, "of AdamW, on matrices alone", low=0)
    average: float = option(
        0.998, "decay of the moving average of the weights, which is kept", low=0
    )
    unknown: float = option(
        0.05, "share of the texts with a word that no caption has", low=0, high=1
    )
    swaps: float = option(
        1.0, "weight of the loss against captions that are wrong in one word", low=0
    )
    naming: float = option(
        1.0, "weight of the loss that names what a picture shows, word by word", low=0
    )
    validate_every: int = option(500, "steps between figures", low=1)
    save_every: int = option(250, "steps between checkpoints", low=1)
    compile: bool = option(False, "let torch compile the image tower, for CUDA")
    image: ImageTower = section(ImageTower)
    text: TextTower = section(TextTower)
    views: ViewSettings = section(ViewSettings)
    attack: AttackSettings = section(AttackSettings)

    @property
    def architecture(self) -> Architecture:
        """Of the model."""
        return Architecture(self.embed_dim, self.size, self.image, self.text)


@dataclass(frozen=True)
class Said:
    """What is said of the pictures of a batch, as unit vectors.

    Attributes:
        texts: their captions (B, E).
        wrong: captions that are wrong (M, E).
        rows: the pictures of these (M,).
        names: the words of all kinds (W, E), or none.
        marks: which of them each picture shows (B, W).
    """

    texts: Tensor
    wrong: Tensor
    rows: Tensor
    names: Tensor
    marks: Tensor


class Trainer:
    """A CLIP, its optimiser and its average, moved step by step.

    Args:
        settings: how it is trained.
        captions: all that it learns from.
        device: where it computes.
    """

    def __init__(
        self, settings: ClipSettings, captions: Sequence[str], device: torch.device
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.device = settings, device
        self.contrast = build(settings.architecture, captions)
        if settings.start_from:
            load_weights(self.contrast, Path(settings.start_from))
        model: Any = self.contrast.model.to(device)
        model.to(memory_format=torch.channels_last)
        if settings.compile:
            model.visual.compile(dynamic=False)
        matrices = [one for one in model.parameters() if one.ndim >= 2]
        others = [one for one in model.parameters() if one.ndim < 2]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": settings.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
        )
        self.average = {name: one.clone() for name, one in model.state_dict().items()}
        self.loss = ClipLoss()

    def step(self, batch: Batch, step: int) -> float:
        """Learn from one batch; return the loss."""
        settings, contrast = self.settings, self.contrast
        contrast.model.train()
        self._set_rate(step)
        chance = stream(settings.seed, f"step {step}", self.device)
        tokens = contrast.tokens(batch.captions)
        strange = stream(settings.seed, f"words {step}")
        tokens = with_unknown(tokens, contrast.known, settings.unknown, strange).to(self.device)
        pixels = torch.from_numpy(batch.pixels).to(self.device)
        images = pixels.permute(0, 3, 1, 2).float() / 255  # (B, 3, S, S)
        seen = views(images, settings.size, settings.views, chance)
        seen = seen.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            said = self._said(batch, tokens)
            seen = self._attacked(seen, said, step, chance)
            embedded = contrast.images(seen)
            loss = self.loss(embedded, said.texts, contrast.scale) + self._extra(embedded, said)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(contrast.model.parameters(), 1.0)
        self.optimizer.step()
        self._update_average(step)
        return float(loss.detach())

    def _set_rate(self, step: int) -> None:
        settings = self.settings
        factor = learning_rate_factor(
            step,
            steps=settings.steps,
            warmup=settings.warmup,
            decay="cosine",
            final=settings.final,
            step_at=1.0,
        )
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor

    def _said(self, batch: Batch, tokens: Tensor) -> Said:
        """Embed all that is said of a batch."""
        settings, contrast = self.settings, self.contrast
        rows = [row for row, text in enumerate(batch.wrong) if text and settings.swaps]
        extra = [batch.wrong[row] for row in rows] + (list(batch.names) if settings.naming else [])
        every = torch.cat([tokens, contrast.tokens(extra).to(self.device)]) if extra else tokens
        sizes = [len(tokens), len(rows), len(extra) - len(rows)]
        texts, wrong, names = torch.split(contrast.texts(every), sizes)
        marks = batch.shown.to(self.device)
        return Said(texts, wrong, torch.tensor(rows, device=self.device).long(), names, marks)

    def _extra(self, embedded: Tensor, said: Said) -> Tensor:
        """Return the loss of pictures (B, E) against wrong captions and wrong names."""
        settings, scale = self.settings, self.contrast.scale
        loss = embedded.new_zeros(())
        if len(said.rows):
            pairs = torch.stack([said.texts[said.rows], said.wrong], dim=1)  # (M, 2, E)
            logits = scale * torch.einsum("mte,me->mt", pairs, embedded[said.rows])
            right = torch.zeros_like(said.rows)
            loss = loss + settings.swaps * nn.functional.cross_entropy(logits, right)
        if len(said.names):
            logits = scale * embedded @ said.names.T  # (B, W)
            loss = loss + settings.naming * naming_loss(logits, said.marks)
        return loss

    def _attacked(self, seen: Tensor, said: Said, step: int, chance: torch.Generator) -> Tensor:
        """Make the first part of a batch (B, 3, size, size) adversarial, given all that is said."""
        settings = self.settings.attack
        count = int(settings.share * len(seen))
        if not count:
            return seen
        grown = min(1.0, 2 * step / self.settings.steps)
        radius = settings.first + (settings.last - settings.first) * grown
        sizes = torch.rand(count, 1, 1, 1, generator=chance, device=self.device)
        scale, naming = self.contrast.scale.detach(), self.settings.naming
        texts, names = torch.cat([said.texts, said.wrong]).detach(), said.names.detach()
        marks = said.marks[:count]

        def loss(moved: Tensor) -> Tensor:
            embedded = self.contrast.images(moved)
            own = torch.arange(count, device=self.device)
            climbed = nn.functional.cross_entropy(scale * embedded @ texts.T, own)
            if not len(names):
                return climbed
            return climbed + naming * naming_loss(scale * embedded @ names.T, marks)

        moved = attack(
            loss,
            seen[:count],
            # The length of a vector grows with its dimensions: with the side of the pictures.
            radius=radius * self.settings.size / 64 * (0.5 + 0.5 * sizes),
            steps=settings.steps,
            generator=chance,
        )
        return torch.cat([moved, seen[count:]])

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        decay = min(self.settings.average, (1 + step) / (10 + step))
        for name, one in self.contrast.model.state_dict().items():
            if one.is_floating_point():
                self.average[name].lerp_(one, 1 - decay)
            else:
                self.average[name].copy_(one)

    def averaged(self) -> Contrast:
        """Return the average of the weights as a model of its own."""
        settings = self.settings
        copy = build(settings.architecture, ())
        copy.model.load_state_dict(self.average)
        return Contrast(
            copy.model.to(self.device).eval(),
            self.contrast.tokenizer,
            self.contrast.known,
            settings.size,
        )

    def state_dict(self) -> dict[str, Any]:
        """All that the next step depends on."""
        return {
            "model": self.contrast.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.contrast.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
