"""Results on stdout: an aligned table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from vqclip.errors import ConfigError

Rows = Sequence[Sequence[object]]


def one_format(as_json: bool, as_csv: bool) -> str:
    """Return `json`, `csv` or `table`.

    Raises:
        ConfigError: both flags were given.
    """
    if as_json and as_csv:
        raise ConfigError("--json and --csv exclude each other: give one of them")
    return "json" if as_json else "csv" if as_csv else "table"


def print_json(value: Any) -> None:
    """Print one JSON document; characters beyond ASCII are escaped, so that any path is valid."""
    print(json.dumps(value, indent=1))


def print_csv(header: Sequence[str], rows: Rows) -> None:
    """Print rows as CSV under their header."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def print_table(header: Sequence[str], rows: Rows) -> None:
    """Print rows in aligned columns: numbers to the right, texts to the left."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    numbers = [bool(rows) and isinstance(value, (int, float)) for value in (rows or [[]])[0]]
    for line in cells:
        padded = [
            " " * (width - _width(cell)) + cell if number else cell + " " * (width - _width(cell))
            for cell, width, number in zip(
                line, widths, numbers or [False] * len(line), strict=True
            )
        ]
        print("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )
