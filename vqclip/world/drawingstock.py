"""Drawings to choose from, by group and by name."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import accumulate

from vqclip.world.drawings import Drawing
from vqclip.world.habitats import ABSTRACT, COMMON


class Stock:
    """Drawings to compose from; those of common things are chosen more often."""

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        self.drawings = tuple(drawings)
        self._ends = list(accumulate(map(_weight, drawings)))

    def any(self, rng: random.Random) -> Drawing:
        """Return a random drawing."""
        return rng.choices(self.drawings, cum_weights=self._ends)[0]

    def cut_out(self, rng: random.Random) -> Drawing:
        """Return a random cut-out drawing that a caption can put beside another."""
        while True:
            drawing = self.any(rng)
            if drawing.cut_out and drawing.group in COMMON:
                return drawing

    def named(self, names: Collection[str], rng: random.Random) -> Drawing | None:
        """Return a random drawing with one of some names, or None."""
        found = [name for name in names if name in self._named]
        return rng.choice(self._named[rng.choice(sorted(found))]) if found else None

    def grouped(self, groups: Collection[str], rng: random.Random) -> Drawing | None:
        """Return a random cut-out drawing of one of some groups, or None."""
        found = [group for group in groups if group in self._grouped]
        return rng.choice(self._grouped[rng.choice(sorted(found))]) if found else None

    @cached_property
    def common(self) -> bool:
        """Whether it has things to put beside others."""
        return any(drawing.cut_out and drawing.group in COMMON for drawing in self.drawings)

    @cached_property
    def _named(self) -> dict[str, list[Drawing]]:
        return _sorted(self.drawings, lambda drawing: drawing.name)

    @cached_property
    def _grouped(self) -> dict[str, list[Drawing]]:
        return _sorted(self.drawings, lambda drawing: drawing.group)


def _sorted(drawings: Sequence[Drawing], key: Callable[[Drawing], str]) -> dict[str, list[Drawing]]:
    table: dict[str, list[Drawing]] = {}
    for drawing in drawings:
        if drawing.cut_out:
            table.setdefault(key(drawing), []).append(drawing)
    return table


def _weight(drawing: Drawing) -> float:
    if not drawing.cut_out:
        return 0.5
    weight = 3.0 if drawing.group in COMMON else 0.25 if drawing.group in ABSTRACT else 1.0
    return weight * (0.35 if drawing.name.endswith(" skin") else 1.0)
