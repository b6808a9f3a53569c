"""The command score: how near pictures are to prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import app
from vqclip.cli.optiongroup import takes
from vqclip.cli.queryflags import Pictures, QueryFlags, picture_name, report_skipped
from vqclip.cli.tables import Style, print_json, print_rows

if TYPE_CHECKING:
    from vqclip.config.prompt import Prompt
    from vqclip.perception.scores import Scores


@app.command()
@takes(QueryFlags)
def score(
    images: Pictures,
    flags: QueryFlags,
    prompt: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="As for generate, 'text:weight | text'; repeatable."),
    ] = None,
) -> None:
    """Rank pictures by their nearness to prompts: vqclip score outputs --prompt "a fox"."""
    style = flags.style
    from vqclip.perception.scores import score as query

    with flags.keywords() as keywords:
        result = query(images, prompt or [], **keywords)
    show_scores(result, style=style)
    report_skipped(result.skipped, images)


def show_scores(result: Scores, *, style: Style) -> None:
    """Print the pictures, best first, with their loss and both measures of every prompt."""
    rows = result.ranked()
    if style == "json":
        print_json([_as_json(result, row) for row in rows])
    elif style == "csv":
        header = ["picture", "loss", "prompt", "weight", "cosine", "distance"]
        print_rows(header, [line for row in rows for line in _csv_lines(result, row)], style=style)
    else:
        for number, prompt in enumerate(result.prompts, start=1):
            print(f"prompt {number}: {prompt}")
        numbers = range(1, len(result.prompts) + 1)
        columns = [f"{name} {number}" for number in numbers for name in ("cosine", "distance")]
        lines = [_table_line(result, row) for row in rows]
        print_rows(["loss", *columns, "picture"], lines, style=style)


def _as_json(result: Scores, row: int) -> dict[str, object]:
    prompts = [
        {"prompt": prompt.content, "weight": prompt.weight, "cosine": cosine, "distance": distance}
        for prompt, cosine, distance in _measures(result, row)
    ]
    loss = float(result.losses[row])
    return {"picture": str(result.pictures[row]), "loss": loss, "prompts": prompts}


def _csv_lines(result: Scores, row: int) -> list[list[object]]:
    """Return a line for each prompt."""
    name, loss = picture_name(result.pictures[row]), float(result.losses[row])
    return [
        [name, loss, prompt.content, prompt.weight, cosine, distance]
        for prompt, cosine, distance in _measures(result, row)
    ]


def _table_line(result: Scores, row: int) -> list[object]:
    values = [value for _, *pair in _measures(result, row) for value in pair]
    return [float(result.losses[row]), *values, picture_name(result.pictures[row])]


def _measures(result: Scores, row: int) -> list[tuple[Prompt, float, float]]:
    """Return each prompt with its cosine and distance of a picture."""
    cosines, distances = result.cosines[row].tolist(), result.distances[row].tolist()
    return list(zip(result.prompts, cosines, distances, strict=True))
