"""Contact sheets: the pictures of a run on one sheet, the axes of its matrix along its edges."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt

from PIL import Image, ImageDraw, ImageFont

from vqclip.errors import ConfigError, OutputError, did_you_mean, shown
from vqclip.images import WHITE
from vqclip.runs.picture import RunPicture
from vqclip.views.tiles import EMPTY, FAINT, INK, MARGIN, contact_sheet, thumbnail, tile, wrap

SIDE, SMALLEST = 192, 24
"""Longer side of a picture on a sheet in pixels, and what it shrinks to on the largest sheets."""
MOST_PIXELS = 60_000_000
"""Of all pictures of a sheet."""
WIDEST = 12
"""Pictures side by side, where the axes allow it."""
LINE, FONT_SIZE = 17, 14
BEST = "best"
"""Axis of the ranks, where several candidates of a picture are kept."""

Axes = Mapping[str, Sequence[str]]
"""Names of axes with their labels in order."""
Labels = tuple[str, ...]
"""One label of each of several axes."""


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
    columns = min(WIDEST, -(-round(sqrt(len(pictures)) * 10) // 10))
    return contact_sheet(tiles, [picture.prompts for picture in pictures], columns=columns)


def _side(count: int) -> int:
    """Return the longer side of each of a number of pictures."""
    return max(SMALLEST, min(SIDE, int(sqrt(MOST_PIXELS / max(1, count)))))


@dataclass(frozen=True)
class _Grid:
    """The rows and columns of a sheet.

    Attributes:
        down: axes that run from top to bottom.
        across: axes that run from left to right.
        rows: their labels, for each row.
        columns: their labels, for each column.
        side: of a cell, in pixels.
    """

    down: Sequence[str]
    across: Sequence[str]
    rows: Sequence[Labels]
    columns: Sequence[Labels]
    side: int


def _draw_matrix(axes: Axes, pictures: Sequence[RunPicture], columns: Sequence[str]) -> Image.Image:
    down, across = _split(axes, columns)
    cells = _assign(pictures, down, across)
    used_rows, used_columns = {row for row, _ in cells}, {column for _, column in cells}
    rows = [labels for labels in _combinations(axes, down) if labels in used_rows]
    heads = [labels for labels in _combinations(axes, across) if labels in used_columns]
    grid = _Grid(down, across, rows, heads, _side(len(rows) * len(heads)))
    sheet, left, top = _draw_labels(grid)
    step = grid.side + MARGIN
    for y, row in enumerate(rows):
        for x, column in enumerate(heads):
            corner = (left + x * step, top + y * step)
            _draw_cell(sheet, corner, cells.get((row, column)), grid.side)
    return sheet


def _split(axes: Axes, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the axes that run down and those that run across."""
    names = list(axes)
    if columns:
        return [name for name in names if name not in columns], list(columns)
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


def _draw_labels(grid: _Grid) -> tuple[Image.Image, int, int]:
    """Return a sheet with labels alone, and where its first cell begins from left and top."""
    font = ImageFont.load_default(size=FONT_SIZE)
    beside = [
        wrap(" · ".join(map(_with_axis, grid.down, row)), grid.side, font) for row in grid.rows
    ]
    longest = max(font.getlength(line) for lines in beside for line in lines)
    left = round(longest) + 2 * MARGIN if grid.down else MARGIN
    heads = [
        wrap(_with_axis(grid.across[-1], column[-1]), grid.side, font) if column else []
        for column in grid.columns
    ]
    above = max(len(grid.across) - 1, 0) * LINE + MARGIN
    top = above + LINE * max(map(len, heads)) + MARGIN
    step = grid.side + MARGIN
    size = (left + step * len(grid.columns), top + step * len(grid.rows))
    sheet = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(sheet)
    for index, column in enumerate(grid.columns):
        x = left + index * step
        for depth, label in enumerate(column[:-1]):
            # A label of an outer axis stands once above all its columns.
            if index == 0 or grid.columns[index - 1][: depth + 1] != column[: depth + 1]:
                text = _with_axis(grid.across[depth], label)
                draw.text((x, MARGIN + depth * LINE), text, fill=INK, font=font)
        draw.text((x, above), "\n".join(heads[index]), fill=FAINT, font=font)
    for index, lines in enumerate(beside):
        draw.text((MARGIN, top + index * step + 2), "\n".join(lines), fill=INK, font=font)
    return sheet, left, top


def _with_axis(name: str, label: str) -> str:
    """Return a label with the name of its axis if it is a number, which says little alone."""
    return f"{name} {label}" if label.replace(".", "").isdecimal() else label


def _draw_cell(
    sheet: Image.Image, corner: tuple[int, int], picture: RunPicture | None, side: int
) -> None:
    """Put a picture, or its state while it does not exist, into its cell."""
    if picture is not None and picture.path is not None and picture.kept:
        sheet.paste(thumbnail(picture.path, side), corner)
        return
    draw = ImageDraw.Draw(sheet)
    left, top = corner
    draw.rectangle((left, top, left + side - 1, top + side - 1), fill=EMPTY)
    text = "" if picture is None else picture.state
    font = ImageFont.load_default(size=FONT_SIZE)
    draw.text((left + MARGIN, top + MARGIN), text, fill=FAINT, font=font)
