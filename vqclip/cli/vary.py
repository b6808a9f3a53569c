"""The command that draws variations of a picture: vary."""

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
from vqclip.cli.options import ModelDir, Open, Output, Overrides, Preview, Quiet
from vqclip.cli.pathtype import DROPPED
from vqclip.cli.viewing import open_files

COUNT, STRENGTH = 4, 0.3
"""Variations, and the noise by which they differ, unless stated."""
MOST = 1000


@app.command()
def vary(
    image: Annotated[Path, typer.Argument(parser=DROPPED, help="A picture made by vqclip.")],
    overrides: Overrides = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, max=MOST, help="Number of variations.")
    ] = COUNT,
    strength: Annotated[
        float,
        typer.Option(min=0, max=10, help="Noise added, in standard deviations of the codebook."),
    ] = STRENGTH,
    output: Output = None,
    preview: Preview = False,
    show: Open = False,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
    download: Download = False,
    yes: Yes = False,
) -> None:
    """Draw variations of a picture: its recipe again, from the picture itself and some noise."""
    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, parse_override
    from vqclip.outputs import recipe as recipes

    found = recipes.read(image)
    start = {"image": str(image), "noise": strength, "candidates": 1}
    changes = [Assignment(f"start.{key}", value, "vary") for key, value in start.items()]
    changes += [parse_override(text) for text in overrides or []]
    changes += output_assignments(output)
    if model_dir is not None:
        changes.append(Assignment("model_dir", model_dir, "--model-dir"))
    consent = Consent(download, yes, frozenset(change.key for change in changes))
    config = consent.settings(found, image, changes)
    first = found.config.seed + 1
    jobs = expand(config, [(first + k) % 2**63 for k in range(count)])
    paths = draw(jobs, Looks(quiet, preview), prepare=partial(consent.prepare, found, jobs))
    if show:
        open_files(paths)
