"""The command that continues an interrupted run: resume."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.consent import Consent, Download, Yes
from vqclip.cli.console import app
from vqclip.cli.display import Looks
from vqclip.cli.drawing import finish, load
from vqclip.cli.options import ModelDir, Preview, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.errors import ConfigError, Mistakes, OutputError, VqclipError

if TYPE_CHECKING:
    from vqclip.outputs.checkpoint import Checkpoint
    from vqclip.outputs.claims import Claims


@app.command()
def resume(
    checkpoint: Annotated[
        Path, typer.Argument(parser=PATH, help="A .checkpoint file, or its folder.")
    ],
    preview: Preview = False,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
    download: Download = False,
    yes: Yes = False,
) -> None:
    """Continue an interrupted run exactly where its checkpoint left off."""
    paths = sorted(checkpoint.glob("*.checkpoint")) if checkpoint.is_dir() else [checkpoint]
    if not paths:
        raise ConfigError(f"no checkpoint was found in {checkpoint}")
    mistakes = Mistakes()
    for path in paths:
        try:
            _continue(path, model_dir, Consent(download, yes), Looks(quiet, preview))
        except VqclipError as error:  # the others go on
            mistakes.add(str(error))
    mistakes.check()


def _continue(path: Path, model_dir: str | None, consent: Consent, looks: Looks) -> None:
    """Finish the batch of a checkpoint, unless another process does.

    Raises:
        OutputError: another process does, or the checkpoint is not readable.
        ForeignFileError: a file has taken the place of a picture.
    """
    from vqclip.outputs.checkpoint import Checkpoint
    from vqclip.outputs.claims import Claims
    from vqclip.outputs.names import check_own
    from vqclip.outputs.writer import Writer
    from vqclip.runs.capacity import check_memory

    claims = Claims(path.parent, hidden=True)
    with ExitStack() as stack:
        stack.callback(claims.give_all_back)
        _claim(claims, path.stem, path)  # before it is read: its owner may just be finishing it
        content = Checkpoint.read(path)
        jobs = content.jobs(path.parent)
        pictures = tuple(path.parent / name for name in content.names)
        for picture, job in zip(pictures, jobs, strict=True):
            if picture.stem not in claims:
                _claim(claims, picture.stem, path)
            check_own(picture, job)
        found = _admitted(content, path.parent, consent, model_dir)
        models = load(replace(jobs[0].config, model_dir=model_dir), looks)
        consent.prepare(content.recipes[0], jobs, models, done=content.step)
        check_memory(models, jobs[0].config, len(jobs))
        writer = Writer(pictures, checkpoint_every=content.output.checkpoint_every)
        finish(found.restore(models, found.jobs(path.parent)), writer, looks)


def _admitted(
    content: Checkpoint, folder: Path, consent: Consent, model_dir: str | None
) -> Checkpoint:
    """Return a checkpoint with its pictures where they were found.

    Raises:
        ConfigError: with everything it asks for that does not exist or is not allowed.
    """
    mistakes = Mistakes()
    configs = [recipe.config for recipe in content.recipes]
    for index, recipe in enumerate(content.recipes):
        with mistakes.noted():
            configs[index] = consent.find_pictures(recipe, folder)
    consent.check_models(replace(configs[0], model_dir=model_dir), mistakes)
    mistakes.check()
    return content.with_configs(configs)


def _claim(claims: Claims, name: str, checkpoint: Path) -> None:
    """Take the name of a picture.

    Raises:
        OutputError: a running process holds it, or there is no such checkpoint.
    """
    if not checkpoint.is_file():
        raise OutputError(f"the checkpoint {checkpoint} does not exist")
    if not claims.take(name):
        raise OutputError(f"{checkpoint} is being drawn by another process")
