"""How the report of an evaluation is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vqclip.cli.console import say
from vqclip.cli.tables import print_json, print_table


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
