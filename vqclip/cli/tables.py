"""Results on stdout: an aligned table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Literal

from vqclip.errors import ConfigError

Rows = Sequence[Sequence[object]]
Style = Literal["table", "csv", "json"]


def style_of(as_json: bool, as_csv: bool) -> Style:
    """Return how results are printed.

    Raises:
        ConfigError: both flags were given.
    """
    if as_json and as_csv:
        raise ConfigError("--json and --csv exclude each other: give one of them")
    return "json" if as_json else "csv" if as_csv else "table"


def print_json(value: object) -> None:
    """Print one JSON document; characters beyond ASCII are escaped, so that any path is valid."""
    print(json.dumps(value, indent=1))


def print_rows(header: Sequence[str], rows: Rows, *, style: Style) -> None:
    """Print rows under their header, as a table or as CSV."""
    if style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    else:
        print_table(header, rows)


def print_table(header: Sequence[str], rows: Rows) -> None:
    """Print rows in aligned columns: numbers to the right, texts to the left, hyphens for None."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    first = rows[0] if rows else [""] * len(header)
    numbers = [isinstance(value, (int, float)) for value in first]
    for line in cells:
        padded = [
            _pad(cell, width, right=number)
            for cell, width, number in zip(line, widths, numbers, strict=True)
        ]
        print("  ".join(padded).rstrip())


def _pad(text: str, width: int, *, right: bool) -> str:
    """Fill a text up to a width with spaces, on its left if it goes to the right."""
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
