"""Contact sheets: the pictures of a run on one sheet, the axes of its matrix along its edges."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import prod, sqrt

from PIL import Image, ImageDraw, ImageFont, ImageOps

from vqclip.errors import ConfigError, OutputError, did_you_mean
from vqclip.images import WHITE, contact_sheet, load_image, wrap
from vqclip.runs.picture import Shown

SIDE = 192
"""Longer side of a picture on a sheet, in pixels."""
MOST_PIXELS = 60_000_000
WIDEST = 12
"""Pictures beside each other, as far as the axes allow."""
MARGIN, LINE, FONT_SIZE = 6, 17, 14
INK, FAINT, EMPTY = (20, 20, 20), (110, 110, 110), (232, 232, 232)
BEST = "best"


def make_sheets(
    axes: Mapping[str, Sequence[str]], pictures: Sequence[Shown], *, columns: Sequence[str] = ()
) -> list[Image.Image]:
    """Lay out the kept pictures of a run: one sheet for the matrix, one for the other jobs.

    Args:
        axes: names with their labels in order.
        pictures: of the run.
        columns: axes that run from left to right; by default all but the first, as far as they fit.

    Raises:
        ConfigError: an axis is unknown.
        OutputError: there is no picture yet.
    """
    for name in columns:
        if name not in axes:
            raise ConfigError(
                f"--columns: unknown axis {name!r}: allowed are {', '.join(axes)}"
                f"{did_you_mean(name, axes)}"
            )
    shown = [one for one in pictures if one.kept and one.path is not None]
    if not shown:
        raise OutputError("there is no finished picture to show yet")
    placed = [one for one in pictures if set(axes) <= set(one.labels) and axes]
    ranks = max((one.rank or 1 for one in placed if one.kept), default=1)
    table = {name: list(labels) for name, labels in axes.items()}
    for one in placed:
        for name in axes:
            if one.labels[name] not in table[name]:
                table[name].append(one.labels[name])
    if ranks > 1:
        table[BEST] = [str(rank + 1) for rank in range(ranks)]
    sheets = [_matrix(table, placed, columns)] if placed else []
    others = [one for one in shown if one not in placed]
    return sheets + ([_list(others)] if others else [])


def _list(pictures: Sequence[Shown]) -> Image.Image:
    count = min(WIDEST, -(-round(sqrt(len(pictures)) * 10) // 10))
    side = _side(len(pictures))
    images = [ImageOps.pad(_thumbnail(one, side), (side, side), color=WHITE) for one in pictures]
    return contact_sheet(images, [one.prompts for one in pictures], columns=count)


def _side(count: int) -> int:
    return max(24, min(SIDE, int(sqrt(MOST_PIXELS / max(1, count)))))


def _thumbnail(one: Shown, side: int) -> Image.Image:
    assert one.path is not None
    return ImageOps.contain(load_image(one.path), (side, side), Image.Resampling.LANCZOS)


def _split(
    table: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Which axes run down and which run across."""
    names = list(table)
    if columns:
        return [name for name in names if name not in columns], list(columns)
    down = names[:1] if len(names) > 1 else []
    across = names[len(down) :]
    while len(across) > 1 and prod(len(table[name]) for name in across) > WIDEST:
        down.append(across.pop(0))
    return down, across


def _headed(name: str, label: str) -> str:
    """A label that says what it is of: a number alone does not."""
    return f"{name} {label}" if label.replace(".", "").isdecimal() else label


def _matrix(
    table: Mapping[str, Sequence[str]], pictures: Sequence[Shown], columns: Sequence[str]
) -> Image.Image:
    down, across = _split(table, columns)
    lines = list(itertools.product(*(table[name] for name in down)))
    cells = list(itertools.product(*(table[name] for name in across)))
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], Shown] = {}
    for one in pictures:
        labels = {**one.labels, BEST: str(one.rank or 1)}
        key = tuple(labels[name] for name in down), tuple(labels[name] for name in across)
        if one.kept or key not in places:
            places[key] = one
    lines = [one for one in lines if any((one, cell) in places for cell in cells)]
    cells = [one for one in cells if any((line, one) in places for line in lines)]
    side = _side(len(lines) * len(cells))
    sheet, left, top = _frame(down, across, lines, cells, side)
    for row, line in enumerate(lines):
        for column, cell in enumerate(cells):
            at = (left + column * (side + MARGIN), top + row * (side + MARGIN))
            _place(sheet, at, places.get((line, cell)), side)
    return sheet


def _frame(
    down: Sequence[str],
    across: Sequence[str],
    lines: Sequence[tuple[str, ...]],
    cells: Sequence[tuple[str, ...]],
    side: int,
) -> tuple[Image.Image, int, int]:
    """An empty sheet with its labels, and where the first picture goes from left and top."""
    font = ImageFont.load_default(size=FONT_SIZE)
    beside = [wrap(" · ".join(map(_headed, down, line)), side, font) for line in lines]
    longest = max(font.getlength(text) for part in beside for text in part)
    left = round(longest) + 2 * MARGIN if down else MARGIN
    heads = [wrap(_headed(across[-1], cell[-1]), side, font) if cell else [] for cell in cells]
    above = max(len(across) - 1, 0) * LINE + MARGIN
    top = above + LINE * max(map(len, heads)) + MARGIN
    step = side + MARGIN
    sheet = Image.new("RGB", (left + step * len(cells), top + step * len(lines)), WHITE)
    draw = ImageDraw.Draw(sheet)
    for column, cell in enumerate(cells):
        x = left + column * step
        for depth, label in enumerate(cell[:-1]):
            if column == 0 or cells[column - 1][: depth + 1] != cell[: depth + 1]:
                at = (x, MARGIN + depth * LINE)
                draw.text(at, _headed(across[depth], label), fill=INK, font=font)
        draw.text((x, above), "\n".join(heads[column]), fill=FAINT, font=font)
    for row, part in enumerate(beside):
        draw.text((MARGIN, top + row * step + 2), "\n".join(part), fill=INK, font=font)
    return sheet, left, top


def _place(sheet: Image.Image, at: tuple[int, int], one: Shown | None, side: int) -> None:
    """Put a picture, or a word for its absence, into its cell."""
    if one is not None and one.path is not None and one.kept:
        sheet.paste(_thumbnail(one, side), at)
        return
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((*at, at[0] + side - 1, at[1] + side - 1), fill=EMPTY)
    text = "" if one is None else one.state
    font = ImageFont.load_default(size=FONT_SIZE)
    draw.text((at[0] + MARGIN, at[1] + MARGIN), text, fill=FAINT, font=font)
