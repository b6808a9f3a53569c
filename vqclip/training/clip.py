"""Train a small CLIP: `python -m vqclip.training.clip DATA OUTPUT --config FILE`.

The model is open_clip's and so is the loss (Radford et al. 2021, arXiv:2103.00020); part of each
batch is adversarial, and most pictures also have a caption that is wrong in one word. Each step
draws from the seed and its own number alone, so that a training which stops and goes on ends with
the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
from tqdm import tqdm

from vqclip.device import resolve_device
from vqclip.training.perceptor.batches import batches
from vqclip.training.perceptor.contrastive import ClipSettings, Trainer
from vqclip.training.perceptor.encoder import export, vocabulary
from vqclip.training.perceptor.retrieval import figures
from vqclip.training.run import RunFolder, command, plainly, read_settings
from vqclip.training.shards import Pictures

FREE = frozenset({"validate_every", "save_every", "compile"})
"""Settings that do not change the weights."""
VALIDATED = 400
"""Held-out pictures of the figures."""


def validate(trainer: Trainer, held_out: Pictures) -> dict[str, Any]:
    """Return the figures of the averaged weights on the first held-out pictures."""
    rows = range(min(VALIDATED, len(held_out)))
    pixels = torch.from_numpy(held_out.pixels(rows)).to(trainer.device)
    images = pixels.permute(0, 3, 1, 2).float() / 255  # (N, 3, S, S)
    captions = [held_out.captions[row][0] for row in rows]
    return figures(trainer.averaged(), images, captions)


def train(
    settings: ClipSettings, data: Path, output: Path, device: torch.device, until: int
) -> None:
    """Train until a step, from the checkpoint of the folder if it has one, and export."""
    folder = RunFolder(output, settings, FREE)
    state = folder.open()
    pictures = Pictures(*(data / split for split in settings.splits))
    held_out = Pictures(data / "held-out")
    captions = [caption for several in pictures.captions for caption in several]
    trainer = Trainer(settings, captions, device)
    start, last = 0, min(until, settings.steps)
    if state is not None:
        trainer.load_state_dict(state)
        start = int(state["step"])
    steps = batches(pictures, settings.seed, size=settings.batch, first=start, last=last)
    with tqdm(total=settings.steps, initial=start, unit="step") as bar:
        for step, batch in enumerate(steps, start):
            loss, done = trainer.step(batch, step), step + 1
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()
            if done % settings.validate_every == 0 or done == last:
                folder.log(done, {"loss": loss, **validate(trainer, held_out)})
            if done % settings.save_every == 0 or done == last:
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
    until: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="Stop after this step; the schedules are those of all steps."),
    ] = None,
) -> None:
    """Train a small CLIP, or continue; the folder gets `clip/`, a folder of open_clip."""
    with plainly():
        settings = read_settings(ClipSettings, config, overrides or [])
        train(settings, data, output, resolve_device(device), until or settings.steps)


if __name__ == "__main__":
    command(main)()
