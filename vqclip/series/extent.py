"""How many pictures a series would make, multiplied before anything is expanded."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vqclip.config.job import MOST
from vqclip.errors import Mistakes, shorten
from vqclip.series.cell import Cell
from vqclip.series.file import SeriesFile

MOST_LOOKED_THROUGH = 1_000_000
"""Cells of a matrix from which some are excluded."""
MOST_COMPARISONS = 100_000_000
"""Cells times exclusions."""


def check_matrix(series: SeriesFile, mistakes: Mistakes) -> bool:
    """Multiply the axes of a matrix before its cells are made.

    Returns:
        whether it has a size that can be expanded; if not, a mistake that names the factors is
        noted.
    """
    cells = math.prod(len(axis.values) for axis in series.axes)
    most = MOST_LOOKED_THROUGH if series.exclude else MOST
    if cells > most:
        factors = " x ".join(
            f"{len(axis.values):,} {shorten(axis.name)}"
            for axis in series.axes
            if len(axis.values) > 1
        )
        mistakes.add(
            f"{_where(series)}: {factors} make {_count(cells)} cells, and at most "
            f"{most:,} make a series"
        )
    elif cells * len(series.exclude) > MOST_COMPARISONS:
        mistakes.add(
            f"{_where(series)}: {cells:,} cells x {len(series.exclude):,} entries of exclude are "
            "too many to compare: write fewer, with lists of values"
        )
    else:
        return True
    return False


def check_pictures(series: SeriesFile, cells: Sequence[Cell], mistakes: Mistakes) -> bool:
    """Count the pictures of all cells before they are made.

    Returns:
        whether they are not too many; if they are, a mistake that names the factors is noted.
    """
    drawn = sum(len(cell.seeds) for cell in cells)
    if drawn * series.candidates <= MOST:
        return True
    factors = [f"{len(cells):,} cells"]
    if drawn != len(cells):
        factors.append(f"{drawn / len(cells):,.6g} seeds")
    if series.candidates > 1:
        factors.append(f"{series.candidates:,} candidates")
    mistakes.add(
        f"{series.path}: {' x '.join(factors)} make {drawn * series.candidates:,} pictures, and at "
        f"most {MOST:,} make a series"
    )
    return False


def _where(series: SeriesFile) -> str:
    return f"{series.lines.get('matrix', series.path)}: matrix"


def _count(number: int) -> str:
    """Return a number as people read it: beyond a million millions, as a power of ten."""
    return f"{number:,}" if number < 10**12 else f"about 10^{round(math.log10(number))}"
