"""The command that lays out the pictures of a run: sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.cli.console import app, say
from vqclip.cli.pathtype import PATH
from vqclip.errors import shorten

FONTS = "pip install 'vqclip[fonts]' brings fonts for most scripts"
Columns = Annotated[
    Optional[str],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(help="Axes from left to right, as in style,seed; the others run down."),
]


@app.command("sheet")
def show_sheet(
    run: Annotated[
        Path, typer.Argument(parser=PATH, metavar="RUN", help="The folder of a series.")
    ],
    columns: Columns = None,
) -> None:
    """Make the contact sheets and the gallery of a series, finished or not."""
    names = [] if columns is None else [name.strip() for name in columns.split(",")]
    for path in write_views(run, columns=names):
        print(path)


def write_views(folder: Path, *, columns: list[str]) -> list[Path]:
    """Write the contact sheets and the gallery of a run, and return their paths.

    Args:
        folder: folder of the run.
        columns: names of the axes from left to right; none: chosen by their lengths.
    """
    from vqclip.files.atomic import write
    from vqclip.runs.manifest import FILE, Manifest
    from vqclip.runs.picture import read_pictures
    from vqclip.views.gallery import make_gallery
    from vqclip.views.lettering import without_font
    from vqclip.views.sheet import make_sheets
    from vqclip.views.tiles import encode

    record, pictures = read_pictures(folder)
    if damaged := Manifest(folder).damaged:
        say(f"note: {damaged} damaged lines of {folder / FILE} were passed over")
    paths = []
    for number, sheet in enumerate(make_sheets(record.axes, pictures, columns=columns), start=1):
        paths.append(folder / ("sheet.png" if number == 1 else f"sheet-{number}.png"))
        write(paths[-1], encode(sheet, "PNG", optimize=True))
    texts = [text for picture in pictures for text in (picture.prompts, *picture.labels.values())]
    if missing := without_font(dict.fromkeys(texts)):
        say(f"note: no font has {shorten(missing)}, which the sheets spell; {FONTS}")
    paths.append(folder / "gallery.html")
    write(paths[-1], make_gallery(record, pictures, folder=folder).encode())
    return paths
