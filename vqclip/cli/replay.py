"""The command that draws a picture again: replay."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vqclip.cli.consent import Consent, Download, Yes
from vqclip.cli.console import app
from vqclip.cli.destinations import output_assignments
from vqclip.cli.display import Looks
from vqclip.cli.drawing import draw
from vqclip.cli.filmreplay import is_film, replay_film
from vqclip.cli.options import ModelDir, Open, Output, Overrides, Preview, Quiet
from vqclip.cli.pathtype import DROPPED
from vqclip.cli.viewing import open_files


@app.command()
def replay(
    image: Annotated[
        Path, typer.Argument(parser=DROPPED, help="A picture or film made by vqclip.")
    ],
    overrides: Overrides = None,
    output: Output = None,
    preview: Preview = False,
    show: Open = False,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
    download: Download = False,
    yes: Yes = False,
) -> None:
    """Draw a picture or film again from the recipe inside it, with or without changes."""
    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, parse_override
    from vqclip.outputs import recipe as recipes

    changes = [parse_override(text) for text in overrides or []]
    if is_film(image):
        if model_dir is not None:
            changes.append(Assignment("model_dir", model_dir, "--model-dir"))
        replay_film(image, changes, output, Consent(download, yes), quiet=quiet)
        return
    found = recipes.read(image)
    changes += output_assignments(output)
    if model_dir is not None:
        changes.append(Assignment("model_dir", model_dir, "--model-dir"))
    consent = Consent(download, yes, frozenset(change.key for change in changes))
    config = consent.settings(found, image, changes)
    jobs = expand(config, [])
    paths = draw(jobs, Looks(quiet, preview), prepare=partial(consent.prepare, found, jobs))
    if show:
        open_files(paths)
