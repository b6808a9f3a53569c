"""The command classify: which of some labels pictures show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import app
from vqclip.cli.optiongroup import takes
from vqclip.cli.pathtype import PATH
from vqclip.cli.queryflags import Pictures, QueryFlags, picture_name, report_skipped
from vqclip.cli.tables import Style, print_json, print_rows

if TYPE_CHECKING:
    from vqclip.perception.classification import Classification


@app.command()
@takes(QueryFlags)
def classify(
    images: Pictures,
    flags: QueryFlags,
    labels: Annotated[str, typer.Option(help="Two or more, with commas between them.")] = "",
    labels_file: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(parser=PATH, help="A file with one label a line."),
    ] = None,
    template: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Frame of a label, such as 'a photo of a {}'; several are averaged."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Labels shown per picture.")] = 5,
) -> None:
    """Say what pictures show: vqclip classify a.png b.jpg --labels "cat,dog,human"."""
    style = flags.style
    from vqclip.perception.classification import TEMPLATE
    from vqclip.perception.classification import classify as query

    names = read_labels(labels, labels_file)
    with flags.keywords() as keywords:
        result = query(images, names, templates=template or TEMPLATE, **keywords)
    show_classification(result, top=top, style=style)
    report_skipped(result.skipped, images)


def read_labels(labels: str, file: Path | None) -> list[str]:
    """Return the labels of the command line, then those of a file, one a line.

    Raises:
        ConfigError: the file cannot be read, or is empty.
    """
    given = labels.split(",") if labels else []
    if file is None:
        return given
    from vqclip.config.nodes import read_lines

    return given + [line for _, line in read_lines(file, "list of labels")]


def show_classification(result: Classification, *, top: int, style: Style) -> None:
    """Print the best labels of every picture."""
    best = [result.ranked(row)[:top] for row in range(len(result.pictures))]
    if style == "json":
        tables = [
            [{"label": label, "probability": value} for label, value in ranked] for ranked in best
        ]
        pairs = zip(result.pictures, tables, strict=True)
        print_json([{"picture": str(picture), "labels": table} for picture, table in pairs])
        return
    names = [picture_name(picture) for picture in result.pictures]
    if style == "csv":
        rows: list[list[object]] = [
            [name, label, value]
            for name, ranked in zip(names, best, strict=True)
            for label, value in ranked
        ]
        print_rows(["picture", "label", "probability"], rows, style=style)
        return
    columns = [head for k in range(1, len(best[0]) + 1) for head in (f"label {k}", "p")]
    lines: list[list[object]] = [
        [name, *(part for pair in ranked for part in pair)]
        for name, ranked in zip(names, best, strict=True)
    ]
    print_rows(["picture", *columns], lines, style=style)
