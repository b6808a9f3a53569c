"""Tables of CSV as people save them: with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from vqclip.config.nodes import read_text
from vqclip.errors import ConfigError, Mistakes, shown

SEPARATORS = (",", ";", "\t")
LARGEST_CELL = 100_000
"""Characters of a cell; a quote that is never closed makes one of the whole file."""


def read_rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    """Read a table whose first line names its columns, as (file and line, cell by column).

    Cells that are empty are left out, and so are empty lines. The separator is the one that the
    first line has most of.

    Raises:
        ConfigError: the file is missing or damaged, or with every column that occurs twice and
            every row with more cells than the first line.
    """
    text = read_text(path, "table")
    header, _, _ = text.lstrip().partition("\n")
    separator = max(SEPARATORS, key=header.count)
    lines = _lines(path, text, separator)
    columns = [name.strip() for name in next(lines, ("", []))[1]]
    mistakes = Mistakes()
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            mistakes.add(f"{path}, line 1: the column {shown(name)} occurs twice")
    rows = []
    for line, cells in lines:
        if len(cells) > len(columns):
            mistakes.add(f"{line}: has more cells than the first line")
        pairs = zip(columns, cells, strict=False)
        rows.append((line, {name: cell for name, cell in pairs if cell}))
    mistakes.check()
    return rows


def _lines(path: Path, text: str, separator: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines that have cells, each with the file and the line it ends at.

    Raises:
        ConfigError: a quote is not closed, or a cell is too long.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(LARGEST_CELL)
    start = 1
    try:
        for cells in reader:
            if any(cells):
                yield f"{path}, line {reader.line_num}", cells
            start = reader.line_num + 1
    except csv.Error as error:
        reason = str(error)
        if "unexpected end" in reason or "field larger" in reason:
            reason = f"a quote is not closed, or a cell has more than {LARGEST_CELL:,} characters"
        raise ConfigError(f"{path}, line {start}: is no row of a table: {reason}") from error
