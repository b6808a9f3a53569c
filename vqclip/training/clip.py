"""Train a small CLIP: `python -m vqclip.training.clip DATA OUTPUT --config FILE`.

The model and the loss are open_clip's (Radford et al. 2021, arXiv:2103.00020). Part of each batch
is adversarial, and most pictures also have a caption with one wrong word. Each step draws from the
seed and its own number, so a training that was stopped and continued ends with the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
from tqdm import tqdm

from vqclip.device import resolve_device
from vqclip.training.commands import command, read_settings, reported_errors
from vqclip.training.perceptor.batches import batches
from vqclip.training.perceptor.clip_settings import ClipSettings
from vqclip.training.perceptor.contrastive import ClipTraining
from vqclip.training.perceptor.encoder import export, vocabulary
from vqclip.training.perceptor.retrieval import metrics
from vqclip.training.run import TrainingFolder
from vqclip.training.shards import Pictures

FREE = frozenset({"validate_every", "save_every", "compile"})
"""Keys that do not affect the weights."""
VALIDATED = 400
"""Held-out pictures that are measured."""


def validate(training: ClipTraining, held_out: Pictures) -> dict[str, Any]:
    """Measure the averaged weights on the first held-out pictures."""
    rows = range(min(VALIDATED, len(held_out)))
    pixels = torch.from_numpy(held_out.pixels(rows)).to(training.device)
    images = pixels.permute(0, 3, 1, 2).float() / 255  # (N, 3, S, S)
    captions = [held_out.captions[row][0] for row in rows]
    return metrics(training.averaged(), images, captions)


def train(
    settings: ClipSettings, data: Path, output: Path, device: torch.device, until: int
) -> None:
    """Train up to a step, from the checkpoint of the folder if it has one, and export."""
    folder = TrainingFolder(output, settings, FREE)
    state = folder.open()
    pictures = Pictures(*(data / split for split in settings.splits))
    held_out = Pictures(data / "held-out")
    captions = [caption for wordings in pictures.captions for caption in wordings]
    training = ClipTraining(settings, captions, device)
    start, last = 0, min(until, settings.steps)
    if state is not None:
        training.load_state_dict(state)
        start = int(state["step"])
    steps = batches(pictures, settings.seed, size=settings.batch, first=start, last=last)
    with tqdm(total=settings.steps, initial=start, unit="step") as bar:
        for step, batch in enumerate(steps, start):
            loss, done = training.advance(batch, step), step + 1
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()
            if done % settings.validate_every == 0 or done == last:
                folder.log(done, {"loss": loss, **validate(training, held_out)})
            if done % settings.save_every == 0 or done == last:
                folder.save({"step": done, **training.state_dict()})
    export(output / "clip", settings.architecture, training.average, vocabulary(captions))


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
    with reported_errors():
        settings = read_settings(ClipSettings, config, overrides or [])
        train(settings, data, output, resolve_device(device), until or settings.steps)


if __name__ == "__main__":
    command(main)()
