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
    order = result.ranked()
    losses: list[float] = result.losses.tolist()
    if style == "json":
        print_json(
            [
                {
                    "picture": str(result.pictures[row]),
                    "loss": losses[row],
                    "prompts": [
                        {
                            "prompt": prompt.content,
                            "weight": prompt.weight,
                            "cosine": cosine,
                            "distance": distance,
                        }
                        for prompt, cosine, distance in _measures(result, row)
                    ],
                }
                for row in order
            ]
        )
        return
    names = [picture_name(picture) for picture in result.pictures]
    if style == "csv":
        rows: list[list[object]] = [
            [names[row], losses[row], prompt.content, prompt.weight, cosine, distance]
            for row in order
            for prompt, cosine, distance in _measures(result, row)
        ]
        header = ["picture", "loss", "prompt", "weight", "cosine", "distance"]
        print_rows(header, rows, style=style)
        return
    for number, prompt in enumerate(result.prompts, start=1):
        print(f"prompt {number}: {prompt}")
    numbers = range(1, len(result.prompts) + 1)
    columns = [f"{name} {number}" for number in numbers for name in ("cosine", "distance")]
    lines: list[list[object]] = [
        [
            losses[row],
            *(value for _, *pair in _measures(result, row) for value in pair),
            names[row],
        ]
        for row in order
    ]
    print_rows(["loss", *columns, "picture"], lines, style=style)


def _measures(result: Scores, row: int) -> list[tuple[Prompt, float, float]]:
    """Return each prompt with its cosine and distance of a picture."""
    cosines, distances = result.cosines[row].tolist(), result.distances[row].tolist()
    return list(zip(result.prompts, cosines, distances, strict=True))
