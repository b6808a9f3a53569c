"""The matrix of a series: the product of its axes, less the cells that its rules leave out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vqclip.errors import Mistakes, shorten
from vqclip.series.axis import Axis
from vqclip.series.cell import Cell
from vqclip.series.table import Layer


@dataclass(frozen=True)
class Rule:
    """Cells to leave out: those with one of the values on every axis named."""

    wanted: Mapping[str, tuple[str, ...]]
    origin: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Return whether a cell with these labels is left out."""
        return all(labels.get(axis) in values for axis, values in self.wanted.items())

    def __str__(self) -> str:
        return shorten(
            ", ".join(f"{axis} {' or '.join(values)}" for axis, values in self.wanted.items())
        )


def cells_of(
    axes: Sequence[Axis], exclude: Sequence[Rule], defaults: Layer, mistakes: Mistakes
) -> list[Cell]:
    """Return the cells of the matrix in the order of its axes; note the rules that match none."""
    cells: list[Cell] = []
    unused = {rule.origin: rule for rule in exclude}
    for values in itertools.product(*(axis.values for axis in axes)):
        labels = {axis.name: label for axis, (label, _) in zip(axes, values, strict=True)}
        matching = [rule for rule in exclude if rule.matches(labels)]
        for rule in matching:
            unused.pop(rule.origin, None)
        if not matching:
            layers = (defaults, *(layer for _, layer in values))
            cells.append(Cell(labels, layers, axes[0].origin))
    whole = {axis.name for axis in axes if axis.values}
    mistakes.add(
        *(
            f"{rule.origin}: exclude: there is no cell {rule}"
            for rule in unused.values()
            if len(whole) == len(axes) and set(rule.wanted) <= whole
        )
    )
    return cells
