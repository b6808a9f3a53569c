"""The commands that list presets and styles, in words or as pictures: presets, styles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.configuration import check_new
from vqclip.cli.console import app, say
from vqclip.cli.display import Looks
from vqclip.cli.options import Overwrite, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.cli.tables import print_table
from vqclip.errors import Mistakes

if TYPE_CHECKING:
    from PIL.Image import Image

    from vqclip.config.job import Job

Sheet = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option("--sheet", parser=PATH, metavar="FILE", help="Draw a small picture of each one."),
]
Prompt = Annotated[str, typer.Option("--prompt", help="What the pictures of the sheet show.")]
PROMPT = "a house in a meadow"
SIDE, STEPS = 128, 30
"""Of the pictures of a sheet, in pixels, and their steps."""
SHEET_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}


@app.command("styles")
def list_styles(
    sheet: Sheet = None,
    prompt: Prompt = PROMPT,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """List the styles, your own among them, in a line each."""
    show("style")
    if sheet is not None:
        draw_styles(sheet, prompt, Looks(quiet), overwrite=overwrite)


@app.command("presets")
def list_presets() -> None:
    """List the presets, your own among them, in a line each."""
    show("preset")


def show(kind: str) -> None:
    """Print the names of presets or styles, what each is for, and where your own go."""
    from vqclip.config.shelves import opening, shelf, user_shelf

    own = user_shelf(kind)
    rows = []
    for name, path in shelf(kind).items():
        mark = " (your own)" if path.parent == own else ""
        rows.append([name, f"{opening(path)}{mark}"])
    print_table([kind, "what for"], rows)
    say(f"your own {kind}s: YAML files in {own}, or --{kind} ./FILE.yaml")


def draw_styles(path: Path, prompt: str, looks: Looks, *, overwrite: bool) -> None:
    """Draw a picture in every style, without and with it, and write them as a contact sheet."""
    from vqclip.config.job import Job
    from vqclip.config.layers import Assignment, load_config
    from vqclip.config.shelves import style_names
    from vqclip.errors import ConfigError

    mistakes = Mistakes()
    with mistakes.noted("--sheet: "):
        check_new(path, overwrite=overwrite)
        if path.suffix.lower() not in SHEET_SUFFIXES:
            raise ConfigError(f"a sheet is a file {', '.join(SHEET_SUFFIXES)}, not {path}")
    given = [Assignment("prompts", [prompt], "--prompt"), Assignment("steps", STEPS, "")]
    given += [Assignment(side, SIDE, "") for side in ("width", "height")]
    names = ["none", *style_names()]
    jobs: list[Job] = []
    for name in names:
        with mistakes.noted():
            styles = [] if name == "none" else [name]
            jobs.append(Job.of(load_config(preset="draft", styles=styles, assignments=given)))
    mistakes.check()
    images = pictures_of(jobs, names, looks)
    from vqclip.files.atomic import write
    from vqclip.views.tiles import contact_sheet, encode

    page = contact_sheet(images, names, columns=min(4, len(names)))
    write(path, encode(page, SHEET_SUFFIXES[path.suffix.lower()]))
    print(path)


def pictures_of(jobs: list[Job], names: list[str], looks: Looks) -> list[Image]:
    """Draw jobs one after another, each with its own settings, and return the pictures."""
    from vqclip.cli.display import phase
    from vqclip.cli.drawing import load
    from vqclip.engine.build import build
    from vqclip.files.images import to_pil

    models = load(jobs[0].config, looks)
    found = []
    for number, (job, name) in enumerate(zip(jobs, names, strict=True), start=1):
        phase(f"drawing {name}, {number} of {len(jobs)}", looks)
        generation = build(models, [job])
        for _ in generation:
            pass
        found.append(to_pil(generation.images()[0]))
    return found
