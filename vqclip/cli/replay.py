"""The command that draws a picture again: replay."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vqclip.cli.consent import Consent, Download, Yes
from vqclip.cli.console import app
from vqclip.cli.drawing import draw
from vqclip.cli.options import ModelDir, Output, Overrides, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.errors import Mistakes


@app.command()
def replay(
    image: Annotated[Path, typer.Argument(parser=PATH, help="A picture made by vqclip.")],
    overrides: Overrides = None,
    output: Output = None,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
    download: Download = False,
    yes: Yes = False,
) -> None:
    """Draw a picture again from the recipe inside it, with or without changes."""
    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, merge, parse_override
    from vqclip.outputs import recipe as recipes

    found = recipes.read(image)
    changes = [parse_override(text) for text in overrides or []]
    if output is not None:
        changes.append(Assignment("output.folder", output, "--output"))
    if model_dir is not None:
        changes.append(Assignment("model_dir", model_dir, "--model-dir"))
    consent = Consent(download, yes, frozenset(change.key for change in changes))
    mistakes = Mistakes()
    placed = mistakes.read(lambda: consent.find_pictures(found, image.parent), found.config)
    own = replace(found, config=placed).assignments(str(image))
    config = mistakes.read(lambda: merge([*own, *changes]), found.config)
    consent.check_models(config, mistakes)
    mistakes.check()
    jobs = expand(config, [])
    draw(jobs, quiet=quiet, prepare=partial(consent.prepare, found, jobs))
