"""Lettering: texts of any script in lines, drawn on a sheet."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PIL import Image

from vqclip.views.clusters import clusters, is_wide, units
from vqclip.views.direction import arrange, is_leftward
from vqclip.views.fonts import PROBE, Color, Face, Fonts

ELLIPSIS = "…"


@dataclass(frozen=True)
class Paragraph:
    """A text in lines.

    Attributes:
        lines: its lines.
        leftward: whether it is read from right to left.
    """

    lines: tuple[str, ...]
    leftward: bool = False


class Lettering:
    """Draws texts with letters of one size.

    What no font has is spelled: a symbol by its name, a letter by its number in Unicode.

    Attributes:
        line: height of a line, in pixels.
        missing: characters that no font has, of all texts so far.
    """

    def __init__(self, size: int) -> None:
        """Prepare the fonts of a size in pixels."""
        self.line = round(size * 1.25)
        self.missing: set[str] = set()
        self._fonts = Fonts(size)
        self._lengths: dict[str, float] = {}

    def length(self, text: str) -> float:
        """Return the width of a line in pixels."""
        if text not in self._lengths:
            self._lengths[text] = sum(
                face.length(part, leftward=leftward) for face, part, leftward in self._pieces(text)
            )
        return self._lengths[text]

    def wrap(self, text: str, width: float, *, most: int | None = None) -> Paragraph:
        """Break a text into lines: between words, within wide scripts, else within long words.

        Args:
            text: what is broken; white space counts as one space.
            width: most that a line may take, in pixels.
            most: number of lines; an ellipsis stands for the rest.
        """
        lines, taken = [""], 0.0
        for part in self._parts(self._spell(text), width):
            length = taken + self.length(part)
            if not is_wide(part[-1]) and not part.startswith(" "):
                # A part of a long word may be drawn in the font of the letters before it.
                length = self.length(lines[-1] + part)
            if length <= width or not lines[-1]:
                lines[-1] += part
                taken = length
            else:
                lines.append(part.lstrip())
                taken = self.length(lines[-1])
        if most is not None and len(lines) > most:
            lines[most - 1 :] = [self._cut(lines[most - 1], width)]
        return Paragraph(tuple(lines), is_leftward(text))

    def _parts(self, text: str, width: float) -> Iterator[str]:
        """Yield the parts of a text between which a line may break; words begin with a space."""
        for number, word in enumerate(text.split()):
            space = " " if number else ""
            for unit in units(word):
                for part in [unit] if self.length(unit) <= width else clusters(unit):
                    yield space + part
                    space = ""

    def _cut(self, line: str, width: float) -> str:
        """Return a line that ends with an ellipsis."""
        parts = clusters(line)
        while parts and self.length("".join(parts) + ELLIPSIS) > width:
            parts.pop()
        return "".join(parts) + ELLIPSIS

    def draw(
        self,
        sheet: Image.Image,
        corner: tuple[int, int],
        paragraph: Paragraph,
        color: Color,
        *,
        width: int = 0,
    ) -> None:
        """Draw a paragraph below and right of a corner.

        Args:
            sheet: what it is drawn on.
            corner: left and top, in pixels.
            paragraph: its lines.
            color: of the letters.
            width: of the column, at whose right end a text from right to left begins.
        """
        left, top = corner
        for number, line in enumerate(paragraph.lines):
            indent = max(0, width - self.length(line)) if paragraph.leftward and width else 0
            x, base = left + indent, top + number * self.line + self._fonts.first.ascent
            for face, part, leftward in self._pieces(line, paragraph.leftward):
                face.draw(sheet, (x, base), part, color, leftward=leftward)
                x += face.length(part, leftward=leftward)

    def _pieces(self, line: str, leftward: bool | None = None) -> Iterator[tuple[Face, str, bool]]:
        """Yield the parts of a line from left to right: font, text, and direction."""
        paragraph = is_leftward(line) if leftward is None else leftward
        for stretch in arrange(line, paragraph):
            pieces = [
                (face, "".join(part for _, part in group))
                for face, group in groupby(self._faced(stretch.text), key=lambda pair: pair[0])
            ]
            for face, part in reversed(pieces) if stretch.leftward else pieces:
                yield face, part, stretch.leftward

    def _faced(self, text: str) -> Iterator[tuple[Face, str]]:
        """Yield words and spaces with their fonts; a word of several fonts in parts."""
        for word in re.findall(r"\s+|\S+", text):
            whole = None if word.isspace() else self._fonts.find(word)
            for part in clusters(word) if whole is None else [word]:
                yield whole or self._fonts.find(part) or self._fonts.first, part

    def _spell(self, text: str) -> str:
        """Put names and numbers in place of the characters that no font has."""
        if self._fonts.find(text) is not None:
            return text
        found = []
        for lacking, group in groupby(clusters(text), key=lambda part: not self._fonts.find(part)):
            parts = list(group)
            if lacking:
                self.missing.update("".join(parts))
            found.append(f"[{_spelled(parts)}]" if lacking else "".join(parts))
        return "".join(found)


def _spelled(parts: list[str]) -> str:
    """Return symbols by their names, or characters by their numbers."""
    names = [
        unicodedata.name(character, "").lower()
        for character in "".join(parts)
        if unicodedata.category(character) == "So"
    ]
    if names and all(names):
        return ", ".join(names)
    return "U+" + " ".join(f"{ord(character):04X}" for character in "".join(parts))


def without_font(texts: Iterable[str]) -> str:
    """Return the characters of texts that no font has, each once, sorted."""
    lettering = Lettering(PROBE)
    for text in texts:
        lettering.wrap(text, math.inf)
    return "".join(sorted(lettering.missing))
