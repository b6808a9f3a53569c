"""The texts that a film carries: its recipe, what it shows, and that a model made it."""

from __future__ import annotations

from dataclasses import dataclass

AI_GENERATED = "AI generated"
KEYWORD = "vqclip"
"""The name of the recipe in a PNG, as in pictures."""
UNICODE = b"UNICODE\x00"
"""How EXIF marks a comment in UTF-16, as in pictures."""


@dataclass(frozen=True)
class FilmTexts:
    """The texts of a film.

    Attributes:
        recipe: everything needed to make it again, as one line of JSON; empty: none.
        prompts: what it shows.
        program: name and version of the program that made it.
    """

    recipe: str = ""
    prompts: str = ""
    program: str = KEYWORD

    @property
    def description(self) -> str:
        """One line for people: the mark, the program and the prompts."""
        what = f": {self.prompts}" if self.prompts else ""
        return f"{AI_GENERATED} by {self.program}{what}"
