"""Contact sheets: the pictures of a run on one sheet, the axes of its matrix along its edges."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import prod, sqrt

from PIL import Image

from vqclip.errors import ConfigError, OutputError, did_you_mean, shown
from vqclip.runs.picture import RunPicture
from vqclip.views.grid import Grid, Labels, draw_grid
from vqclip.views.tiles import contact_sheet, tile

SIDE, SMALLEST = 192, 24
"""Longer side of a picture on a sheet in pixels, and what it shrinks to on the largest sheets."""
MOST_PIXELS = 60_000_000
"""Of all pictures of a sheet."""
WIDEST = 12
"""Pictures side by side, where the axes allow it."""
BEST = "best"
"""Axis of the ranks, where several candidates of a picture are kept."""

Axes = Mapping[str, Sequence[str]]
"""Names of axes with their labels in order."""


def make_sheets(
    axes: Axes, pictures: Sequence[RunPicture], *, columns: Sequence[str] = ()
) -> list[Image.Image]:
    """Lay out the kept pictures of a run: one sheet for the matrix, one for the other jobs.

    Args:
        axes: of the matrix.
        pictures: of the run.
        columns: axes that run from left to right; by default all but the first, if they fit.

    Raises:
        ConfigError: an axis is unknown.
        OutputError: no picture is finished yet.
    """
    for name in columns:
        if name not in axes:
            raise ConfigError(
                f"--columns: unknown axis {shown(name)}: allowed are {', '.join(axes)}"
                f"{did_you_mean(name, axes)}"
            )
    kept = [picture for picture in pictures if picture.kept and picture.path is not None]
    if not kept:
        raise OutputError("there is no finished picture to show yet")
    placed = [picture for picture in pictures if axes and set(axes) <= set(picture.labels)]
    sheets = [_draw_matrix(_all_labels(axes, placed), placed, columns)] if placed else []
    others = [picture for picture in kept if picture not in placed]
    return sheets + ([_draw_list(others)] if others else [])


def _all_labels(axes: Axes, pictures: Sequence[RunPicture]) -> Axes:
    """Return the axes with the labels that only pictures have, and the axis of the ranks."""
    table = {name: list(labels) for name, labels in axes.items()}
    for picture in pictures:
        for name in axes:
            if picture.labels[name] not in table[name]:
                table[name].append(picture.labels[name])
    ranks = max((picture.rank or 1 for picture in pictures if picture.kept), default=1)
    if ranks > 1:
        table[BEST] = [str(rank + 1) for rank in range(ranks)]
    return table


def _draw_list(pictures: Sequence[RunPicture]) -> Image.Image:
    side = _side(len(pictures))
    tiles = [tile(picture.path, side) for picture in pictures if picture.path is not None]
    return contact_sheet(tiles, [picture.prompts for picture in pictures])


def _side(count: int) -> int:
    """Return the longer side of each of a number of pictures."""
    return max(SMALLEST, min(SIDE, int(sqrt(MOST_PIXELS / max(1, count)))))


def _draw_matrix(axes: Axes, pictures: Sequence[RunPicture], columns: Sequence[str]) -> Image.Image:
    down, across = _split(axes, columns)
    cells = _assign(pictures, down, across)
    used_rows, used_columns = {row for row, _ in cells}, {column for _, column in cells}
    rows = [labels for labels in _combinations(axes, down) if labels in used_rows]
    heads = [labels for labels in _combinations(axes, across) if labels in used_columns]
    return draw_grid(Grid(down, across, rows, heads, _side(len(rows) * len(heads))), cells)


def _split(axes: Axes, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the axes that run down and those that run across."""
    names = list(axes)
    if columns:
        return [name for name in names if name not in columns], list(columns)
    long = [name for name in names if len(axes[name]) > 1]
    if len(long) < 2:  # one row, which is wrapped; what all pictures share stands above it
        return [], [name for name in names if name not in long] + long
    down = names[:1] if len(names) > 1 else []
    across = names[len(down) :]
    while len(across) > 1 and prod(len(axes[name]) for name in across) > WIDEST:
        down.append(across.pop(0))
    return down, across


def _combinations(axes: Axes, names: Sequence[str]) -> list[Labels]:
    return list(itertools.product(*(axes[name] for name in names)))


def _assign(
    pictures: Sequence[RunPicture], down: Sequence[str], across: Sequence[str]
) -> dict[tuple[Labels, Labels], RunPicture]:
    """Return the picture of each cell, a kept one if there is one, by the cell's labels."""
    cells: dict[tuple[Labels, Labels], RunPicture] = {}
    for picture in pictures:
        labels = {**picture.labels, BEST: str(picture.rank or 1)}
        key = tuple(labels[name] for name in down), tuple(labels[name] for name in across)
        if picture.kept or key not in cells:
            cells[key] = picture
    return cells
