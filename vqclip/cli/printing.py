"""How answers about pictures are shown: as an aligned table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqclip.cli.console import say
from vqclip.cli.tables import print_csv, print_json, print_table

if TYPE_CHECKING:
    from vqclip.perception.answers import Classification, Matches, Scores
    from vqclip.perception.collection import Picture


def show_classification(result: Classification, *, top: int, style: str) -> None:
    """Print the best labels of every picture."""
    ranked = [result.ranked(row)[:top] for row in range(len(result.pictures))]
    answers = list(zip(result.pictures, ranked, strict=True))
    if style == "json":
        tables = [
            [{"label": label, "probability": value} for label, value in best] for best in ranked
        ]
        pairs = zip(result.pictures, tables, strict=True)
        print_json([{"picture": str(picture), "labels": table} for picture, table in pairs])
    elif style == "csv":
        rows = [(_name(picture), *one) for picture, best in answers for one in best]
        print_csv(["picture", "label", "probability"], rows)
    else:
        columns = [name for k in range(len(ranked[0])) for name in (f"label {k + 1}", "p")]
        lines = [
            [_name(picture), *(part for one in best for part in one)] for picture, best in answers
        ]
        print_table(["picture", *columns], lines)


def show_scores(result: Scores, *, style: str) -> None:
    """Print the pictures by their loss, with both similarities to every prompt."""
    order = result.ranked()
    names = [_name(result.pictures[row]) for row in order]
    losses = result.losses[order].tolist()
    pairs = [
        list(zip(result.prompts, *rows, strict=True))
        for rows in zip(
            result.cosines[order].tolist(), result.distances[order].tolist(), strict=True
        )
    ]
    answers = list(zip(order, names, losses, pairs, strict=True))
    if style == "json":
        tables = [
            {
                "picture": str(result.pictures[row]),
                "loss": loss,
                "prompts": [
                    {"prompt": one.content, "weight": one.weight, "cosine": near, "distance": far}
                    for one, near, far in parts
                ],
            }
            for row, _, loss, parts in answers
        ]
        print_json(tables)
    elif style == "csv":
        rows = [
            (name, loss, one.content, one.weight, near, far)
            for _, name, loss, parts in answers
            for one, near, far in parts
        ]
        print_csv(["picture", "loss", "prompt", "weight", "cosine", "distance"], rows)
    else:
        for number, prompt in enumerate(result.prompts, start=1):
            print(f"prompt {number}: {prompt}")
        columns = [
            f"{name} {k + 1}" for k in range(len(result.prompts)) for name in ("cosine", "distance")
        ]
        lines = [
            [loss, *(value for _, near, far in parts for value in (near, far)), name]
            for _, name, loss, parts in answers
        ]
        print_table(["loss", *columns, "picture"], lines)


def show_matches(result: Matches, *, style: str) -> None:
    """Print the matches, best first."""
    rows = [(rank, one.score, one.path) for rank, one in enumerate(result.matches, start=1)]
    if style == "json":
        print_json([{"rank": k, "score": score, "picture": str(path)} for k, score, path in rows])
        return
    named = [(rank, score, _name(path)) for rank, score, path in rows]
    (print_csv if style == "csv" else print_table)(["rank", "score", "picture"], named)


def _name(picture: Picture) -> str:
    from vqclip.perception.folders import shown

    return shown(picture) if isinstance(picture, Path) else "a picture"


def show_report(
    report: Mapping[str, Any], paths: Sequence[Path], *, as_json: bool, quiet: bool
) -> None:
    """Print the tables, or the whole report as JSON; say what one must know to read them."""
    from vqclip.evaluation.report import HEADER, attribute_rows, notes_of, rows_of

    if as_json:
        print_json(report)
        return
    print_table(HEADER, rows_of(report))
    header, rows = attribute_rows(report)
    if rows:
        print()
        print_table(header, rows)
    for note in notes_of(report):
        say(f"note: {note}")
    for path in [] if quiet else paths:
        say(str(path))
