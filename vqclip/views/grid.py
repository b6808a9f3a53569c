"""A grid: the pictures of a matrix in rows and columns, its labels along the edges."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image, ImageDraw

from vqclip.files.images import WHITE
from vqclip.runs.picture import RunPicture
from vqclip.views.lettering import Lettering, Paragraph
from vqclip.views.tiles import EMPTY, FAINT, INK, MARGIN, SCREEN, thumbnail

FONT_SIZE = 14
HEAD_LINES = 8
"""Lines of a label above a column; an ellipsis stands for the rest."""
NARROWEST, WIDEST = 0.5, 3.0
"""Width divided by height of grids that need no wrapping."""

Labels = tuple[str, ...]
"""One label of each of several axes."""
Cells = Mapping[tuple[Labels, Labels], RunPicture]
"""Pictures by the labels of their row and their column."""


@dataclass(frozen=True)
class Grid:
    """The rows and columns of a sheet, or of a part of it.

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

    @property
    def step(self) -> int:
        """Pixels from one cell to the next."""
        return self.side + MARGIN

    def upright(self, parts: int) -> list[Grid]:
        """Cut the grid below rows, into parts of nearly as many."""
        return [replace(self, rows=rows) for rows in _cut(self.rows, parts)]

    def lying(self, parts: int) -> list[Grid]:
        """Cut the grid beside columns, into parts of nearly as many."""
        return [replace(self, columns=columns) for columns in _cut(self.columns, parts)]


def _cut(labels: Sequence[Labels], parts: int) -> list[Sequence[Labels]]:
    length = -(-len(labels) // parts)
    return [labels[first : first + length] for first in range(0, len(labels), length)]


@dataclass(frozen=True)
class _Edges:
    """The labels of a grid as they are drawn.

    Attributes:
        beside: the label of each row.
        heads: of each column, the label of its innermost axis.
        above: of each column, the labels of its outer axes; None where that before it goes on.
        left: where the first cell begins, in pixels.
        top: where the first cell begins, in pixels.
    """

    beside: list[Paragraph]
    heads: list[Paragraph]
    above: list[list[Paragraph | None]]
    left: int
    top: int


def draw_grid(grid: Grid, cells: Cells) -> Image.Image:
    """Draw a grid; one that is far from the shape of a screen is wrapped.

    Its rows go on beside the first ones, or its columns below the first ones, with their labels.
    """
    lettering = Lettering(FONT_SIZE)
    parts, beside = _wrapped(grid, lettering)
    drawn = [_draw(part, cells, lettering) for part in parts]
    widths, heights = [part.width for part in drawn], [part.height for part in drawn]
    size = (sum(widths), max(heights)) if beside else (max(widths), sum(heights))
    sheet = Image.new("RGB", size, WHITE)
    for index, part in enumerate(drawn):
        corner = (sum(widths[:index]), 0) if beside else (0, sum(heights[:index]))
        sheet.paste(part, corner)
    return sheet


def _wrapped(grid: Grid, lettering: Lettering) -> tuple[list[Grid], bool]:
    """Return the parts of a grid, and whether they stand side by side."""
    width, height = _size(grid, lettering)
    if NARROWEST <= width / height <= WIDEST:
        return [grid], True
    upright = width < height
    count = len(grid.rows) if upright else len(grid.columns)
    ideal = math.sqrt(SCREEN * height / width if upright else width / height / SCREEN)

    def distance(parts: Sequence[Grid]) -> float:
        widths, heights = zip(*(_size(part, lettering) for part in parts), strict=True)
        shape = sum(widths) / max(heights) if upright else max(widths) / sum(heights)
        return abs(math.log(shape / SCREEN))

    numbers = [min(count, int(ideal) + more) for more in (0, 1, 2)]
    cuts = [grid.upright(number) if upright else grid.lying(number) for number in numbers]
    return min(cuts, key=distance), upright


def _size(grid: Grid, lettering: Lettering) -> tuple[int, int]:
    """Return the width and height of a grid in pixels."""
    edges = _edges(grid, lettering)
    return (
        edges.left + len(grid.columns) * grid.step,
        edges.top + len(grid.rows) * grid.step,
    )


def _edges(grid: Grid, lettering: Lettering) -> _Edges:
    fitting = max(1, grid.side // lettering.line)
    beside = [
        lettering.wrap(" · ".join(map(_with_axis, grid.down, row)), grid.side, most=fitting)
        for row in grid.rows
    ]
    heads = [
        lettering.wrap(_with_axis(grid.across[-1], column[-1]), grid.side, most=HEAD_LINES)
        for column in grid.columns
        if column
    ]
    lines = [line for paragraph in beside for line in paragraph.lines]
    left = round(max(map(lettering.length, lines))) + 2 * MARGIN if any(grid.down) else MARGIN
    outer = max(len(grid.across) - 1, 0) * lettering.line
    inner = max((len(head.lines) for head in heads), default=0) * lettering.line
    return _Edges(beside, heads, list(_above(grid, lettering)), left, outer + inner + 2 * MARGIN)


def _above(grid: Grid, lettering: Lettering) -> Iterator[list[Paragraph | None]]:
    """Yield the outer labels of each column; one stands once above all its columns."""
    depths = range(max(len(grid.across) - 1, 0))
    starts = [
        [
            index
            for index, (before, column) in enumerate(pairwise([(), *grid.columns]))
            if before[: depth + 1] != column[: depth + 1]
        ]
        for depth in depths
    ]
    for index, column in enumerate(grid.columns):
        labels: list[Paragraph | None] = []
        for depth in depths:
            if index not in starts[depth]:
                labels.append(None)
                continue
            end = min((at for at in starts[depth] if at > index), default=len(grid.columns))
            text = _with_axis(grid.across[depth], column[depth])
            labels.append(lettering.wrap(text, (end - index) * grid.step - MARGIN, most=1))
        yield labels


def _draw(grid: Grid, cells: Cells, lettering: Lettering) -> Image.Image:
    """Draw a part of a sheet."""
    edges = _edges(grid, lettering)
    left, top, step, side = edges.left, edges.top, grid.step, grid.side
    sheet = Image.new("RGB", _size(grid, lettering), WHITE)
    for index, labels in enumerate(edges.above):
        for depth, label in enumerate(labels):
            if label is not None:
                corner = (left + index * step, MARGIN + depth * lettering.line)
                lettering.draw(sheet, corner, label, INK)
    for index, head in enumerate(edges.heads):
        above = top - MARGIN - lettering.line * len(head.lines)
        lettering.draw(sheet, (left + index * step, above), head, FAINT, width=side)
    for y, (row, label) in enumerate(zip(grid.rows, edges.beside, strict=True)):
        lettering.draw(sheet, (MARGIN, top + y * step + 2), label, INK, width=left - 2 * MARGIN)
        for x, column in enumerate(grid.columns):
            corner = (left + x * step, top + y * step)
            _draw_cell(sheet, corner, cells.get((row, column)), side, lettering)
    return sheet


def _with_axis(name: str, label: str) -> str:
    """Return a label with the name of its axis if it is a number, which says little alone."""
    return f"{name} {label}" if label.replace(".", "").isdecimal() else label


def _draw_cell(
    sheet: Image.Image,
    corner: tuple[int, int],
    picture: RunPicture | None,
    side: int,
    lettering: Lettering,
) -> None:
    """Put a picture, or its state while it does not exist, into its cell."""
    if picture is not None and picture.path is not None and picture.kept:
        sheet.paste(thumbnail(picture.path, side), corner)
        return
    left, top = corner
    cell = (left, top, left + side - 1, top + side - 1)
    ImageDraw.Draw(sheet).rectangle(cell, fill=EMPTY)
    if picture is not None:
        state = lettering.wrap(picture.state, side - 2 * MARGIN, most=1)
        lettering.draw(sheet, (left + MARGIN, top + MARGIN), state, FAINT)
