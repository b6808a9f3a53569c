"""Train a sketch model: `python -m vqclip.training.sketch DATA OUTPUT --config FILE [KEY=VALUE]`.

DATA is the folder that `python -m vqclip.training.data` wrote, or still writes: pictures that are
found later are learned too. OUTPUT gets sketch.safetensors, a sheet of sketches, log.jsonl, and a
checkpoint from which the same command continues.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.cli.console import say
from vqclip.config.shelves import configs_folder
from vqclip.machine.interrupt import interruptible
from vqclip.training.commands import read_settings, reported_errors, start
from vqclip.training.sketching.sketch_settings import SketchSettings
from vqclip.training.sketching.sketchrun import SketchRun

CONFIG = configs_folder() / "training" / "sketch.yaml"
PROMPTS = configs_folder() / "training" / "sketch-prompts.txt"
SHOWN = 48
"""Prompts on the sheet, at most."""


def main(
    data: Annotated[Path, typer.Argument(help="Folder that vqclip.training.data wrote.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run, new or to be continued.")],
    overrides: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="KEY=VALUE", help="Settings that replace those of the file."),
    ] = None,
    config: Annotated[Path, typer.Option(help="A YAML file.")] = CONFIG,
    prompts: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Prompts of the sheet, one a line.")
    ] = PROMPTS,
    until: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="Stop after this step; schedules are still those of all steps."),
    ] = None,
) -> None:
    """Train a sketch model, or continue its training."""
    with reported_errors(), interruptible() as stop:
        settings = read_settings(SketchSettings, config, overrides or [])
        lines = prompts.read_text(encoding="utf-8").splitlines()
        shown = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        run = SketchRun(settings, data, output)
        for line in run.train(stop, until or settings.steps):
            say(line)
        if run.finished and shown:
            run.show(shown[:SHOWN])
    if stop.is_set() and not run.finished:
        raise typer.Exit(stop.exit_code)


if __name__ == "__main__":
    start(main)
