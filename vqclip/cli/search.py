"""The command search: the pictures nearest to words, to pictures, or to both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import app, say
from vqclip.cli.optiongroup import takes
from vqclip.cli.pathtype import PATH
from vqclip.cli.queryflags import QueryFlags, picture_name, report_skipped
from vqclip.cli.tables import Style, print_json, print_rows
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.perception.matches import Matches


@app.command()
@takes(QueryFlags)
def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT FOLDER...",
            help="What to find, 'text:weight | text', and where. With --image, the text may be "
            "left out: then all are folders, if the first exists.",
        ),
    ],
    flags: QueryFlags,
    image: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Picture to be like, PATH:weight; repeatable."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Pictures shown.")] = 20,
    sheet: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(parser=PATH, help="Also write a contact sheet: .png, .jpg or .webp."),
    ] = None,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(parser=PATH, help="Also write a page for the browser."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a sheet or page of the same name.")
    ] = False,
) -> None:
    """Find pictures: vqclip search "a sailing boat | fog:-0.5" FOLDER --image like.png."""
    style = flags.style
    from vqclip.perception.matches import search as query
    from vqclip.views.page import check_files, write_page, write_sheet

    check_files(sheet, html, top=top, overwrite=overwrite)
    text, places = split_words(words, bool(image))
    with flags.keywords() as keywords:
        result = query(text, places, images=image or [], top=top, **keywords)
    show_matches(result, style=style)
    if sheet is not None:
        write_sheet(sheet, result.matches)
    if html is not None:
        title = " + ".join([*([text] if text else []), *(image or [])])
        write_page(html, result.matches, title=title)
    if not flags.quiet:
        gone = f", {result.gone} gone since the last time" if result.gone else ""
        copies = f", {result.copies} identical copies left out" if result.copies else ""
        say(f"searched {result.searched} pictures ({result.encoded} encoded now{gone}{copies})")
    report_skipped(result.skipped, places)


def split_words(words: Sequence[str], with_image: bool) -> tuple[str | None, list[Path]]:
    """Separate what to find from where to find it."""
    if with_image and user_path(words[0]).exists():
        return None, list(map(user_path, words))
    return words[0], list(map(user_path, words[1:]))


def show_matches(result: Matches, *, style: Style) -> None:
    """Print the matches, best first."""
    ranked = list(enumerate(result.matches, start=1))
    if style == "json":
        print_json(
            [
                {"rank": rank, "score": match.score, "picture": str(match.path)}
                for rank, match in ranked
            ]
        )
        return
    rows = [[rank, match.score, picture_name(match.path)] for rank, match in ranked]
    print_rows(["rank", "score", "picture"], rows, style=style)
