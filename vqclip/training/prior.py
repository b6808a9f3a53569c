"""Train a prior: `python -m vqclip.training.prior DATA OUTPUT --config FILE [perceptor=FOLDER]`.

The pictures and captions are embedded by a perceptor once; then a network learns to draw the
embedding of a picture, given that of a caption (`vqclip.models.textprior`). Each step draws from
the seed and its own number, so a training that was stopped and continued goes on as if it had not
been, unless it is measured in minutes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.cli.console import say
from vqclip.config.choices import MINI
from vqclip.config.option import option
from vqclip.errors import ConfigError
from vqclip.files.atomic import atomic
from vqclip.machine.device import resolve_device
from vqclip.machine.interrupt import interruptible
from vqclip.models.load import load_perceptors
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.textprior import PRIOR_FILE, TextPrior, write_prior
from vqclip.randomness import stream
from vqclip.training.commands import read_settings, reported_errors, start
from vqclip.training.embeddings import Embeddings, embed
from vqclip.training.run import TrainingFolder
from vqclip.training.schedules import Progress, cosine_factor, warm_decay
from vqclip.training.shards import Pictures

FREE = frozenset({"minutes", "validate_every", "save_every", "print_every"})
"""Keys that may change when a run is continued."""
VALIDATED = 1000
"""Held-out pictures that are measured."""
EMBEDDING = 0.4
"""Share of the minutes after which no more pictures are embedded."""
CLIP = 1.0
"""Largest norm of the gradient of a step."""


@dataclass(frozen=True)
class PriorSettings:
    """Everything a prior depends on but the pictures and their captions."""

    seed: int = option(0, "random seed", low=0)
    perceptor: str = option(MINI, "the CLIP whose prior it is: mini, or its folder")
    pictures: int = option(60_000, "most pictures to learn from", low=2)
    width: int = option(640, "width of the network", low=1)
    blocks: int = option(3, "residual blocks", low=1)
    steps: int = option(12_000, "training steps, at most", low=1)
    minutes: float = option(0.0, "minutes that it may take; 0: as many as the steps take", low=0)
    batch: int = option(1024, "pictures in a step", low=2)
    learning_rate: float = option(1e-3, "largest learning rate, of AdamW", low=0)
    warmup: int = option(200, "steps in which the learning rate grows from 0", low=0)
    final: float = option(
        0.01, "last learning rate / largest, at the end of a cosine decay", low=0, high=1
    )
    weight_decay: float = option(0.01, "weight decay of AdamW", low=0)
    average: float = option(0.999, "decay of the moving average of the weights", low=0, high=1)
    validate_every: int = option(2000, "steps between validations", low=1)
    save_every: float = option(30.0, "seconds between checkpoints", low=0)
    print_every: float = option(5.0, "seconds between lines of losses", low=0)


class PriorTraining:
    """A prior in training, its optimiser and the moving average of its weights.

    Args:
        settings: how it is trained.
        embeddings: what it learns from.
        progress: of the training.
    """

    def __init__(self, settings: PriorSettings, embeddings: Embeddings, progress: Progress) -> None:
        self.settings, self.embeddings, self.progress = settings, embeddings, progress
        device, dim = embeddings.pictures.device, embeddings.pictures.shape[1]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.prior = TextPrior(dim, settings.width, settings.blocks).to(device)
            self.average = TextPrior(dim, settings.width, settings.blocks).to(device)
        self.prior.mean.copy_(embeddings.pictures.mean(dim=0))
        centered = embeddings.pictures - self.prior.mean
        self.prior.deviation.copy_(centered.square().mean().sqrt())
        self.average.load_state_dict(self.prior.state_dict())
        self.average.requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.prior.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=device.type == "cuda",
        )
        self.step = 0

    def advance(self) -> Tensor:
        """Make a step; return the loss, without waiting for it."""
        settings, prior = self.settings, self.prior
        device = prior.mean.device
        generator = stream(settings.seed, f"prior {self.step}", device)
        pictures, texts = self.embeddings.draw(settings.batch, generator)
        units = (pictures - prior.mean) / prior.deviation
        noise = torch.randn(units.shape, generator=generator, device=device)
        moment = torch.rand(len(units), generator=generator, device=device)
        points = torch.lerp(noise, units, moment[:, None])
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            velocity = prior(points, moment, texts)
        loss = F.mse_loss(velocity.float(), units - noise)
        share = self.progress.share(self.step)
        factor = cosine_factor(self.step, share, warmup=settings.warmup, final=settings.final)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(prior.parameters(), CLIP)
        self.optimizer.step()
        decay = warm_decay(settings.average, self.step)
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(prior.parameters()), 1 - decay
            )
        self.step += 1
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "step": self.step,
            "spent": self.progress.spent,
            "prior": self.prior.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.step = int(state["step"])
        self.prior.load_state_dict(state["prior"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])


@torch.no_grad()
def measure(prior: TextPrior, held_out: Embeddings, seed: int) -> dict[str, float]:
    """Measure a prior on held-out pictures.

    Returns:
        the mean cosine with the embedding of the picture of `text`, of the `middle` and of a
        `sample` of the prior; the share of pictures whose own text is `found` by each of them among
        all; the cosine of two samples of one text, `alike`, and of the pictures of two texts,
        `apart`.
    """
    pictures, texts = held_out.pictures, held_out.first()
    generator = stream(seed, "held out", pictures.device)
    noise = torch.randn(2, *pictures.shape, generator=generator, device=pictures.device)
    middle = prior.sample(texts, noise[0], spread=0.0)
    samples = [prior.sample(texts, part, spread=1.0) for part in noise]
    drawn = {"text": texts, "middle": middle, "sample": samples[0]}
    own = torch.arange(len(texts), device=texts.device)
    table = {name: float((made * pictures).sum(dim=1).mean()) for name, made in drawn.items()}
    for name, made in drawn.items():
        nearest = (made @ pictures.T).argmax(dim=1)
        table[f"found_{name}"] = float((nearest == own).float().mean())
    table["alike"] = float((samples[0] * samples[1]).sum(dim=1).mean())
    table["apart"] = float((pictures * pictures.roll(1, dims=0)).sum(dim=1).mean())
    return {name: round(value, 4) for name, value in table.items()}


def train(
    settings: PriorSettings,
    data: Path,
    output: Path,
    device: torch.device,
    stop: threading.Event,
) -> None:
    """Train, or continue, and export; once `stop` is set, save and end after the step.

    Raises:
        VqclipError: settings, pictures or weights are not usable.
    """
    folder = TrainingFolder(output, settings, FREE)
    state = folder.open()
    (perceptor,), hashes = load_perceptors([settings.perceptor], device=device)
    if not isinstance(perceptor, ClipPerceptor):
        raise ConfigError(f"perceptor: {settings.perceptor!r} is not a CLIP of open_clip")
    (weights,) = hashes.values()
    if state is not None and state["perceptor"] != weights:
        say(f"{settings.perceptor} has changed: the prior is trained again from the start")
        state = None
    progress = Progress(
        settings.steps, settings.minutes, 0.0 if state is None else float(state["spent"])
    )
    embeddings, held_out = embed_all(settings, perceptor, data, progress)
    training = PriorTraining(settings, embeddings, progress)
    if state is not None:
        training.load_state_dict(state)
    run(training, held_out, folder, weights, stop)


def embed_all(
    settings: PriorSettings, perceptor: ClipPerceptor, data: Path, progress: Progress
) -> tuple[Embeddings, Embeddings]:
    """Embed pictures to learn from, spread over all there are, and held-out ones."""
    kept_out, pictures = Pictures(data / "held-out"), Pictures(data / "train")
    held_out = embed(perceptor, kept_out, range(min(VALIDATED, len(kept_out))))
    order = torch.randperm(len(pictures), generator=stream(settings.seed, "pictures")).tolist()
    begin = progress.spent

    def late() -> bool:
        return 0 < 60 * settings.minutes * EMBEDDING < progress.spent - begin

    embeddings = embed(perceptor, pictures, order[: settings.pictures], late)
    say(
        f"{len(embeddings)} of {len(pictures)} pictures and {len(embeddings.texts)} captions were "
        f"embedded in {progress.spent - begin:.1f} s"
    )
    return embeddings, held_out


def run(
    training: PriorTraining,
    held_out: Embeddings,
    folder: TrainingFolder[PriorSettings],
    weights: str,
    stop: threading.Event,
) -> None:
    """Make the steps that are left; log, save and export on the way."""
    settings, progress = training.settings, training.progress

    def save() -> None:
        folder.save({"perceptor": weights, **training.state_dict()})
        with atomic(folder.path / PRIOR_FILE) as temporary:
            write_prior(temporary, training.average, weights)

    printed = saved = time.monotonic()
    while not progress.finished(training.step) and not stop.is_set():
        loss, step, now = training.advance(), training.step, time.monotonic()
        if now - printed >= settings.print_every or step == 1:
            printed = now
            say(f"step {step}: loss {float(loss):.4f}, {progress.share(step):.0%} done")
        if step % settings.validate_every == 0:
            validate(training, held_out, folder)
        if now - saved >= settings.save_every:
            saved = now
            save()
    validate(training, held_out, folder)
    save()


def validate(
    training: PriorTraining, held_out: Embeddings, folder: TrainingFolder[PriorSettings]
) -> None:
    """Measure the averaged weights, log the figures and show them."""
    entry = measure(training.average, held_out, training.settings.seed)
    folder.log(training.step, entry)
    say(f"step {training.step}: {entry}")


def main(
    data: Annotated[Path, typer.Argument(help="Folder that vqclip.training.data wrote.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run, new or to be continued.")],
    overrides: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="KEY=VALUE", help="Settings that replace those of the file."),
    ] = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A YAML file such as configs/training/prior.yaml."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Train a prior, or continue its training; OUTPUT/prior.safetensors is what is used."""
    with reported_errors(), interruptible() as stop:
        settings = read_settings(PriorSettings, config, overrides or [])
        train(settings, data, output, resolve_device(device), stop)
        if stop.is_set():
            raise typer.Exit(stop.exit_code)


if __name__ == "__main__":
    start(main)
