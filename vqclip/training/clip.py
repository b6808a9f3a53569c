"""Train a small CLIP: `python -m vqclip.training.clip DATA OUTPUT --config FILE`.

The model is open_clip's and so is the loss (Radford et al. 2021, arXiv:2103.00020); part of each
batch is adversarial. Each step draws from the seed and its own number alone, so that a training
which stops and goes on ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
from open_clip.loss import ClipLoss
from torch import Tensor, nn
from tqdm import tqdm

from vqclip.config import option
from vqclip.device import resolve_device
from vqclip.optim import learning_rate_factor
from vqclip.randomness import stream
from vqclip.training.attack import attack
from vqclip.training.batches import Batch, batches
from vqclip.training.contrast import (
    Architecture,
    Contrast,
    ImageTower,
    TextTower,
    build,
    export,
    load_weights,
    vocabulary,
    with_unknown,
)
from vqclip.training.pictures import Pictures
from vqclip.training.retrieval import figures
from vqclip.training.run import RunFolder, command, plainly, read_settings
from vqclip.training.views import ViewSettings, views

FREE = frozenset({"validate_every", "save_every", "compile"})
"""Settings that do not change the weights."""
VALIDATED = 400
"""Held-out pictures of the figures."""


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
    validate_every: int = option(500, "steps between figures", low=1)
    save_every: int = option(250, "steps between checkpoints", low=1)
    compile: bool = option(False, "let torch compile the image tower, for CUDA")
    image: ImageTower = option(ImageTower, ImageTower.__doc__ or "")
    text: TextTower = option(TextTower, TextTower.__doc__ or "")
    views: ViewSettings = option(ViewSettings, ViewSettings.__doc__ or "")
    attack: AttackSettings = option(AttackSettings, AttackSettings.__doc__ or "")

    @property
    def architecture(self) -> Architecture:
        """Of the model."""
        return Architecture(self.embed_dim, self.size, self.image, self.text)


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
            model.visual.compile()
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
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * learning_rate_factor(
                step,
                steps=settings.steps,
                warmup=settings.warmup,
                decay="cosine",
                final=settings.final,
                step_at=1.0,
            )
        chance = stream(settings.seed, f"step {step}", self.device)
        tokens = with_unknown(
            contrast.tokens(batch.captions),
            contrast.known,
            settings.unknown,
            stream(settings.seed, f"words {step}"),
        ).to(self.device)
        pixels = torch.from_numpy(batch.pixels).to(self.device)
        images = pixels.permute(0, 3, 1, 2).float() / 255  # (B, 3, S, S)
        seen = views(images, settings.size, settings.views, chance)
        seen = seen.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            texts = contrast.texts(tokens)
            seen = self._attacked(seen, texts.detach(), step, chance)
            loss = self.loss(contrast.images(seen), texts, contrast.scale)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(contrast.model.parameters(), 1.0)
        self.optimizer.step()
        self._update_average(step)
        return float(loss.detach())

    def _attacked(self, seen: Tensor, texts: Tensor, step: int, chance: torch.Generator) -> Tensor:
        """Make the first part of a batch (B, 3, size, size) adversarial."""
        settings = self.settings.attack
        count = int(settings.share * len(seen))
        if not count:
            return seen
        grown = min(1.0, 2 * step / self.settings.steps)
        radius = settings.first + (settings.last - settings.first) * grown
        sizes = torch.rand(count, 1, 1, 1, generator=chance, device=self.device)
        scale = self.contrast.scale.detach()

        def loss(moved: Tensor) -> Tensor:
            logits = scale * self.contrast.images(moved) @ texts.T  # (count, B)
            own = torch.arange(count, device=self.device)
            return nn.functional.cross_entropy(logits, own, reduction="sum")

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


def validate(trainer: Trainer, held_out: Pictures) -> dict[str, Any]:
    """Return the figures of the averaged weights on the first held-out pictures."""
    rows = range(min(VALIDATED, len(held_out)))
    pixels = torch.from_numpy(held_out.pixels(rows)).to(trainer.device)
    images = pixels.permute(0, 3, 1, 2).float() / 255  # (N, 3, S, S)
    captions = [held_out.captions[row][0] for row in rows]
    return figures(trainer.averaged(), images, captions)


def train(settings: ClipSettings, data: Path, output: Path, device: torch.device) -> None:
    """Train until the last step, from the checkpoint of the folder if it has one, and export."""
    folder = RunFolder(output, settings, FREE)
    state = folder.open()
    pictures = Pictures(*(data / split for split in settings.splits))
    held_out = Pictures(data / "held-out")
    captions = [caption for several in pictures.captions for caption in several]
    trainer = Trainer(settings, captions, device)
    start = 0
    if state is not None:
        trainer.load_state_dict(state)
        start = int(state["step"])
    with tqdm(total=settings.steps, initial=start, unit="step") as bar:
        for step, batch in enumerate(
            batches(pictures, settings.seed, size=settings.batch, first=start, last=settings.steps),
            start,
        ):
            loss, done = trainer.step(batch, step), step + 1
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()
            if done % settings.validate_every == 0 or done == settings.steps:
                folder.log(done, {"loss": loss, **validate(trainer, held_out)})
            if done % settings.save_every == 0 or done == settings.steps:
                folder.save({"step": done, **trainer.state_dict()})
    export(output / "clip", settings.architecture, trainer.average, vocabulary(captions))


def main(
    data: Annotated[Path, typer.Argument(help="Folder of vqclip.training.data.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run; it continues what is there.")],
    overrides: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="[KEY=VALUE]...", help="After the file."),
    ] = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A YAML file, as configs/training/clip.yaml."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Train a small CLIP, or continue; the folder gets `clip/`, a folder of open_clip."""
    with plainly():
        settings = read_settings(ClipSettings, config, overrides or [])
        train(settings, data, output, resolve_device(device))


if __name__ == "__main__":
    command(main)()
