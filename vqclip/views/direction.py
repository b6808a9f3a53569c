"""Texts of both directions in the order in which they are drawn, from left to right.

Unicode's bidirectional algorithm (annex 9) without its embeddings: strong characters and numbers
have levels, the others follow their neighbors, and stretches of the higher levels are reversed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

from vqclip.views.clusters import clusters

RIGHT = ("R", "AL")
NUMBERS = ("EN", "AN")
BETWEEN_NUMBERS = ("ES", "CS", "ET")
"""Signs, separators and units, which belong to the numbers beside them."""
MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


@dataclass(frozen=True)
class Stretch:
    """A part of a line that is drawn in one direction.

    Attributes:
        text: its characters in the order in which they are read.
        leftward: whether they are read from right to left.
    """

    text: str
    leftward: bool


def is_leftward(text: str) -> bool:
    """Return whether a text is read from right to left: whether its first letter is."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind in RIGHT for kind in kinds if kind in ("L", *RIGHT)), False)


def arrange(text: str, leftward: bool) -> list[Stretch]:
    """Return the stretches of a line from left to right.

    Args:
        text: the line.
        leftward: whether its paragraph is read from right to left.
    """
    parts = clusters(text)
    levels = _levels([unicodedata.bidirectional(part[0]) for part in parts], base=int(leftward))
    stretches = [
        (level, "".join(part for _, part in group))
        for level, group in groupby(zip(levels, parts, strict=True), key=lambda pair: pair[0])
    ]
    for lowest in (2, 1):
        stretches = _reversed_from(stretches, lowest)
    return [Stretch(part, level % 2 == 1) for level, part in stretches]


def _levels(kinds: list[str], *, base: int) -> list[int]:
    """Return the levels of characters: even ones run to the right, odd ones to the left."""
    sides: list[int | None] = []  # 0: left to right, 1: right to left, None: as its neighbors
    numbers = set()
    last = base
    for index, kind in enumerate(_with_signs(kinds)):
        if kind in ("L", *RIGHT):
            last = int(kind in RIGHT)
        if kind == "AN" or (kind == "EN" and last):
            numbers.add(index)
            sides.append(1)
        else:
            sides.append(last if kind in ("L", "EN", *RIGHT) else None)
    resolved = [_side(sides, index, base) for index in range(len(sides))]
    return [
        2 if index in numbers else 1 if side else 2 * base for index, side in enumerate(resolved)
    ]


def _with_signs(kinds: list[str]) -> list[str]:
    """Take separators between two numbers, and signs beside a number, as parts of it."""
    found = list(kinds)
    for index, kind in enumerate(kinds):
        beside = [kinds[at] for at in (index - 1, index + 1) if 0 <= at < len(kinds)]
        numbers = sum(other in NUMBERS for other in beside)
        if kind in BETWEEN_NUMBERS and numbers >= (1 if kind == "ET" else 2):
            found[index] = "EN"
    return found


def _side(sides: list[int | None], index: int, base: int) -> int:
    """Return the side of a character; spaces and the like take that of both neighbors."""
    side = sides[index]
    if side is not None:
        return side
    before = next((side for side in reversed(sides[:index]) if side is not None), base)
    after = next((side for side in sides[index:] if side is not None), base)
    return before if before == after else base


def _reversed_from(stretches: list[tuple[int, str]], lowest: int) -> list[tuple[int, str]]:
    """Reverse the order of every row of stretches that have at least this level."""
    found: list[tuple[int, str]] = []
    for high, group in groupby(stretches, key=lambda stretch: stretch[0] >= lowest):
        row = list(group)
        found += reversed(row) if high else row
    return found


def reordered(text: str) -> str:
    """Return a leftward text for a drawer that knows no direction: joined, and last letter first.

    Arabic letters become the signs of Unicode that show them joined to their neighbors.
    """
    parts = [part.translate(MIRRORED) for part in clusters(_joined(text))]
    return "".join(reversed(parts))


def _joined(text: str) -> str:
    """Put the signs for joined letters in place of Arabic letters."""
    letters = [index for index, part in enumerate(text) if unicodedata.category(part) != "Mn"]
    shown = list(text)
    for place, index in enumerate(letters):
        before = text[letters[place - 1]] if place else ""
        after = text[letters[place + 1]] if place + 1 < len(letters) else ""
        forms = FORMS.get(text[index], {})
        to_before = "final" in forms and "initial" in FORMS.get(before, {})
        to_after = "initial" in forms and "final" in FORMS.get(after, {})
        form = {(True, True): "medial", (True, False): "final", (False, True): "initial"}
        shown[index] = forms.get(form.get((to_before, to_after), "isolated"), text[index])
    return "".join(shown)


def _presentation_forms() -> dict[str, dict[str, str]]:
    """Return the signs for each Arabic letter by where it stands, from Unicode's own tables."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEF5)):
        kind, _, letter = unicodedata.decomposition(chr(code)).partition(" ")
        if kind.startswith("<") and letter and " " not in letter:
            forms.setdefault(chr(int(letter, 16)), {})[kind.strip("<>")] = chr(code)
    return forms


FORMS = _presentation_forms()
"""The signs for each Arabic letter: isolated, initial, medial, final."""
