"""Train a small CLIP: `python -m vqclip.training.clip DATA OUTPUT --config FILE`.

The model and the loss are open_clip's (Radford et al. 2021, arXiv:2103.00020). Part of each batch
is adversarial, and most pictures also have a caption with one wrong word. Each step draws from the
seed and its own number, so a training that was stopped and continued ends with the same bytes,
unless it is given `minutes`: then it learns from the shards that are drawn meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
from torch import Tensor

from vqclip.cli.console import say
from vqclip.machine.device import resolve_device
from vqclip.machine.interrupt import interruptible
from vqclip.models.load import load_vqgan
from vqclip.training.commands import read_settings, reported_errors, start
from vqclip.training.perceptor.batches import draw_batch
from vqclip.training.perceptor.clip_settings import ClipSettings
from vqclip.training.perceptor.contrastive import ClipTraining
from vqclip.training.perceptor.encoder import export
from vqclip.training.perceptor.intake import FIRST, Intake
from vqclip.training.perceptor.retrieval import Questions, metrics, questions
from vqclip.training.perceptor.stock import reduced
from vqclip.training.perceptor.texts import Lexicon
from vqclip.training.run import TrainingFolder
from vqclip.training.shards import Pictures

FREE = frozenset({"validate_every", "validated", "save_every", "compile", "workers", "minutes"})
"""Keys that may change when a run is continued."""
SPOKEN, SAVED = 5.0, 60.0
"""Seconds between two lines of losses; between two exports if a training has minutes."""


class Validation:
    """The held-out pictures that are measured, and the questions about them.

    Args:
        pictures: held out; the first of them are taken.
        settings: of the training.
        intake: whose processes word the questions.
    """

    def __init__(self, pictures: Pictures, settings: ClipSettings, intake: Intake) -> None:
        rows = range(min(settings.validated, len(pictures)))
        parts = reduced(pictures.pixels(rows), intake.stock.size, intake.device)
        self.images = torch.cat(list(parts))  # (N, 3, S, S)
        self.captions = [pictures.captions[row][0] for row in rows]
        length = settings.text.context_length
        self.asked: Future[Questions] = intake.submit(questions, self.captions, length)

    def measure(self, training: ClipTraining) -> dict[str, Any]:
        """Measure the averaged weights."""
        asked = self.asked.result()
        return metrics(training.averaged(), self.images, self.captions, asked)


@dataclass
class Reporter:
    """Says every few seconds how the training goes.

    Attributes:
        batch: pictures in a step.
        before: when and after which step it last said so.
    """

    batch: int
    before: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))

    def report(
        self, step: int, training: ClipTraining, losses: Mapping[str, Tensor], n: int
    ) -> None:
        """Print a line if it is time: losses, speed, and the number of pictures known."""
        now, (then, first) = time.monotonic(), self.before
        if now - then < SPOKEN:
            return
        parts = " ".join(f"{name} {float(loss):.3f}" for name, loss in losses.items())
        speed = (step - first) / (now - then)
        share = training.progress.share(step)
        scale = float(training.encoder.scale.detach())
        say(
            f"step {step:,} ({share:.0%}): {parts}, scale {scale:.1f}, "
            f"{speed:.1f} steps/s of {self.batch:,} from {n:,} pictures"
        )
        self.before = (now, step)


class Run:
    """A training with its folder, its pictures and its measures."""

    def __init__(
        self,
        training: ClipTraining,
        folder: TrainingFolder[ClipSettings],
        intake: Intake,
        validation: Validation,
        lexicon: Lexicon,
    ) -> None:
        self.training, self.folder, self.intake = training, folder, intake
        self.validation, self.lexicon = validation, lexicon
        self.saved = time.monotonic()

    def go(self, first: int, last: int, stop: threading.Event) -> None:
        """Train from a step to another, or until time is up or `stop` is set."""
        training, settings = self.training, self.training.settings
        reporter, step, losses = Reporter(settings.batch), first, None
        reporter.before = (time.monotonic(), first)
        ended = step >= last or (step > 0 and training.progress.finished(step))
        while not ended:
            training.learn(self.intake.news())
            batch = draw_batch(self.intake.stock, settings.seed, size=settings.batch, step=step)
            losses = training.advance(batch, step)
            step += 1
            ended = step >= last or training.progress.finished(step) or stop.is_set()
            reporter.report(step, training, losses, len(self.intake.stock))
            self._keep(step, losses, ended)
        if losses is None:
            self.export()

    def _keep(self, step: int, losses: Mapping[str, Tensor], ended: bool) -> None:
        """Save, export and measure if it is time."""
        settings = self.training.settings
        minute = settings.minutes > 0 and time.monotonic() - self.saved > SAVED
        if minute or ended or (not settings.minutes and step % settings.save_every == 0):
            self.folder.save({"step": step, **self.training.state_dict(), **self.words()})
            self.export()
            self.saved = time.monotonic()
        if minute or ended or (not settings.minutes and step % settings.validate_every == 0):
            measured = self.validation.measure(self.training)
            numbers = {name: round(float(loss), 4) for name, loss in losses.items()}
            self.folder.log(step, {**numbers, **measured})
            known = {name: table["accuracy"] for name, table in measured["attributes"].items()}
            say(f"held out after step {step:,}: retrieval {measured['retrieval']}, {known}")

    def _all_words(self) -> Lexicon:
        own = self.intake.words()
        return Lexicon(own.words | self.lexicon.words, own.pieces | self.lexicon.pieces)

    def words(self) -> dict[str, Any]:
        """Return the words for the checkpoint."""
        lexicon = self._all_words()
        return {"words": dict(sorted(lexicon.words.items())), "pieces": sorted(lexicon.pieces)}

    def export(self) -> None:
        """Write the averaged weights as a folder for open_clip."""
        training, folder = self.training, self.folder.path / "clip"
        architecture, tokens = training.settings.architecture, training.encoder.tokens
        export(folder, architecture, training.average, self._all_words(), tokens)


def train(
    settings: ClipSettings,
    data: Path,
    output: Path,
    device: torch.device,
    until: int,
    stop: threading.Event,
) -> None:
    """Train up to a step, from the checkpoint of the folder if it has one, and export.

    Raises:
        VqclipError: settings, pictures or weights cannot be used.
    """
    folder = TrainingFolder(output, settings, FREE)
    state = folder.open()
    pictures = Pictures(*(data / split for split in settings.splits))
    held_out = Pictures(data / "held-out")
    training = ClipTraining(settings, (), device)
    lexicon, first = Lexicon(), 0
    if state is not None:
        training.load_state_dict(state)
        lexicon.words.update(state["words"])
        lexicon.pieces.update(state["pieces"])
        first = int(state["step"])
    vqgan = load_vqgan(settings.decoded.vqgan, device=device)[0] if settings.decoded.share else None
    with Intake(pictures, settings, device, vqgan) as intake:
        validation = Validation(held_out, settings, intake)
        intake.fill(FIRST if settings.minutes else None)
        if settings.minutes:
            intake.follow()
        run = Run(training, folder, intake, validation, lexicon)
        run.go(first, min(until, settings.steps), stop)


def main(
    data: Annotated[Path, typer.Argument(help="Folder that vqclip.training.data wrote.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run, new or to be continued.")],
    overrides: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="KEY=VALUE", help="Settings that replace those of the file."),
    ] = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A YAML file such as configs/training/clip.yaml."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
    until: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="Stop after this step; schedules are still those of all steps."),
    ] = None,
) -> None:
    """Train a small CLIP, or continue its training; OUTPUT/clip is a folder for open_clip."""
    with reported_errors(), interruptible() as stop:
        settings = read_settings(ClipSettings, config, overrides or [])
        last = until or settings.steps
        train(settings, data, output, resolve_device(device), last, stop)
    if stop.is_set():
        raise typer.Exit(stop.exit_code)


if __name__ == "__main__":
    start(main)
