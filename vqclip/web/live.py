"""What is seen of a drawing while it is made: its step, losses, preview, start and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_POINTS = 240
"""Steps whose losses are kept for the plot; beyond, every second one is dropped."""
MOST_NOTES = 20
NEWEST = 0.3
"""Weight of the latest step in the average pace."""


@dataclass
class Live:
    """A drawing as it is now. One thread writes it, others read it.

    Attributes:
        step: steps that were made.
        steps: steps in all.
        losses: step and weighted losses by name.
        notes: what the visitor should know.
        start: the picture that it starts from, as WebP; empty before there is one.
        origin: what that is, in words.
        preview: the picture as it is now, as WebP.
        version: counts the previews.
        cells: of a series, the state of each picture.
        pace: seconds of a step; 0: unknown.
    """

    step: int = 0
    steps: int = 0
    losses: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    start: bytes = b""
    origin: str = ""
    preview: bytes = b""
    version: int = 0
    cells: list[dict[str, Any]] = field(default_factory=list)
    pace: float = 0.0
    _stride: int = 1

    def add_losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Note the losses of a step."""
        self.step = step
        if step % self._stride == 0 or not self.losses:
            self.losses = [*self.losses, (step, dict(losses))]
        if len(self.losses) > MOST_POINTS:
            self._stride *= 2
            first, *rest = self.losses
            self.losses = [first, *(own for own in rest if own[0] % self._stride == 0)]

    def add_pace(self, seconds: float) -> None:
        """Note the seconds of a step."""
        self.pace = seconds if not self.pace else (1 - NEWEST) * self.pace + NEWEST * seconds

    def add_note(self, text: str) -> None:
        """Note a sentence, once."""
        if text not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes = [*self.notes, text]

    def show(self, preview: bytes) -> None:
        """Show a preview; the first one is what the drawing starts from."""
        if not self.start:
            self.start = preview
        self.preview = preview
        self.version += 1

    @property
    def seconds_left(self) -> float | None:
        """About how many seconds are left; None: unknown."""
        return self.pace * (self.steps - self.step) if self.pace else None
