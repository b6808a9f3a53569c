"""The command that draws a picture on at a larger size: upscale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.consent import Consent, Download, Yes
from vqclip.cli.console import app
from vqclip.cli.destinations import output_assignments
from vqclip.cli.display import Looks
from vqclip.cli.drawing import draw
from vqclip.cli.options import ModelDir, Output, Overrides, Quiet
from vqclip.cli.pathtype import DROPPED
from vqclip.errors import ConfigError, Mistakes

if TYPE_CHECKING:
    from vqclip.config.layers import Assignment

STEPS = 20
"""Guided steps at the new size, unless others are asked for."""
SETTINGS: dict[str, object] = {
    "start.candidates": "1",
    "start.noise": "0",
    "losses.keep_init": "1",
    "optimizer.warmup": "2",
    "stages": [],
}
"""What suits a picture that is there already: it is kept to, and one start is enough."""


@app.command()
def upscale(
    picture: Annotated[Path, typer.Argument(parser=DROPPED, help="A picture made by vqclip.")],
    overrides: Overrides = None,
    to: Annotated[
        str, typer.Option(help="Its new size: the shorter side (1024), 2048x1024, 2x or 4M.")
    ] = "2x",
    steps: Annotated[int, typer.Option(min=1, help="Guided steps at the new size.")] = STEPS,
    output: Output = None,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
    download: Download = False,
    yes: Yes = False,
) -> None:
    """Draw a picture on at a larger size, by its own recipe: vqclip upscale fox.png --to 1024."""
    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, merge, parse_override
    from vqclip.outputs import recipe as recipes

    found = recipes.read(picture)
    mistakes = Mistakes()
    nothing: list[Assignment] = []
    changes = [*mistakes.read(lambda: enlarged(picture, to), nothing)]
    changes += [Assignment(key, value, "upscale") for key, value in SETTINGS.items()]
    changes.append(Assignment("steps", str(steps), "--steps"))
    changes += [parse_override(text) for text in overrides or []]
    changes += output_assignments(output)
    if model_dir is not None:
        changes.append(Assignment("model_dir", model_dir, "--model-dir"))
    consent = Consent(download, yes, frozenset(change.key for change in changes))
    placed = mistakes.read(lambda: consent.find_pictures(found, picture.parent), found.config)
    own = replace(found, config=placed).assignments(str(picture))
    config = mistakes.read(lambda: merge([*own, *changes]), found.config)
    consent.check_models(config, mistakes)
    mistakes.check()
    jobs = expand(config, [])
    draw(jobs, Looks(quiet), prepare=partial(consent.prepare, found, jobs))


def enlarged(picture: Path, to: str) -> list[Assignment]:
    """Return the settings that start from a picture at a larger size.

    Args:
        picture: that exists.
        to: its new size, in words.

    Raises:
        ConfigError: it is no size, or not a larger one.
        ImageError: the picture cannot be read.
    """
    from vqclip.config.layers import Assignment
    from vqclip.config.size import scaled_to
    from vqclip.files.images import load_image

    before = load_image(picture).size
    sides = scaled_to(to, *before)
    if int(sides[0]) < before[0] or int(sides[1]) < before[1] or sides == tuple(map(str, before)):
        raise ConfigError(
            f"--to {to}: {sides[0]}x{sides[1]} is not larger than {before[0]}x{before[1]}, the "
            "size of the picture"
        )
    pairs = zip(("width", "height"), sides, strict=True)
    return [
        Assignment("start.image", str(picture), "PICTURE"),
        *(Assignment(key, side, f"--to {to}") for key, side in pairs),
    ]
