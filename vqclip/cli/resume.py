"""The command that continues an interrupted run: resume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from vqclip.cli.console import app
from vqclip.cli.drawing import finish, load
from vqclip.cli.options import ModelDir, Quiet
from vqclip.errors import ConfigError


@app.command()
def resume(
    checkpoint: Annotated[Path, typer.Argument(help="A .checkpoint file, or its folder.")],
    quiet: Quiet = False,
    model_dir: ModelDir = None,
) -> None:
    """Continue an interrupted run exactly where its checkpoint left off."""
    from vqclip.outputs.checkpoint import Checkpoint
    from vqclip.outputs.writer import Writer

    paths = sorted(checkpoint.glob("*.checkpoint")) if checkpoint.is_dir() else [checkpoint]
    if not paths:
        raise ConfigError(f"no checkpoint was found in {checkpoint}")
    for path in paths:
        content = Checkpoint.read(path)
        jobs = content.jobs(path.parent)
        config = replace(jobs[0].config, model_dir=model_dir)
        models = load(config, content.recipes[0].models, quiet=quiet)
        writer = Writer(
            tuple(path.parent / name for name in content.names),
            checkpoint_every=content.output.checkpoint_every,
        )
        finish(content.restore(models, jobs), writer, quiet=quiet)
