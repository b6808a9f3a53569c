"""The command that continues an interrupted run: resume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import app
from vqclip.cli.drawing import finish, load
from vqclip.cli.options import ModelDir, Quiet
from vqclip.errors import ConfigError, Mistakes, OutputError, VqclipError

if TYPE_CHECKING:
    from vqclip.config.job import Job


@app.command()
def resume(
    checkpoint: Annotated[Path, typer.Argument(help="A .checkpoint file, or its folder.")],
    quiet: Quiet = False,
    model_dir: ModelDir = None,
) -> None:
    """Continue an interrupted run exactly where its checkpoint left off."""
    paths = sorted(checkpoint.glob("*.checkpoint")) if checkpoint.is_dir() else [checkpoint]
    if not paths:
        raise ConfigError(f"no checkpoint was found in {checkpoint}")
    mistakes = Mistakes()
    for path in paths:
        try:
            _continue(path, model_dir, quiet=quiet)
        except VqclipError as error:  # the others go on
            mistakes.add(str(error))
    mistakes.check()


def _continue(path: Path, model_dir: str | None, *, quiet: bool) -> None:
    """Finish the batch of a checkpoint."""
    from vqclip.outputs.checkpoint import Checkpoint
    from vqclip.outputs.writer import Writer

    content = Checkpoint.read(path)
    jobs = content.jobs(path.parent)
    pictures = tuple(path.parent / name for name in content.names)
    for picture, job in zip(pictures, jobs, strict=True):
        _check_own(picture, job, path)
    config = replace(jobs[0].config, model_dir=model_dir)
    models = load(config, content.recipes[0].models, quiet=quiet)
    writer = Writer(pictures, checkpoint_every=content.output.checkpoint_every)
    finish(content.restore(models, jobs), writer, quiet=quiet)


def _check_own(picture: Path, job: Job, checkpoint: Path) -> None:
    """Make sure that a file which would be replaced is the unfinished picture of a job.

    Raises:
        OutputError: it is another one.
    """
    from vqclip.config.job import Job
    from vqclip.outputs import recipe as recipes

    if not picture.exists():
        return
    try:
        own = Job.of(recipes.read(picture).config).id == job.id
    except VqclipError:
        own = False
    if not own:
        raise OutputError(f"{picture} is not the picture of {checkpoint}: move one of them away")
