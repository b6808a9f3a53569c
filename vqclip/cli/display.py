"""What is seen while pictures are drawn: phases, a bar of steps, facts, and a small preview."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from vqclip.cli.console import clear_status, say, sayer, status

if TYPE_CHECKING:
    from PIL.Image import Image
    from rich.live import Live
    from rich.progress import Progress

    from vqclip.config.prompt import Prompt

EVERY = 10.0
"""Seconds between two lines where stderr is no terminal."""
PREVIEW_EVERY = 1.0
"""Seconds between two previews."""


@dataclass(frozen=True)
class Looks:
    """What the user wants to see.

    Attributes:
        quiet: nothing but notes and errors.
        preview: the picture while it is drawn, and when it is done.
    """

    quiet: bool = False
    preview: bool = False


def phase(text: str, looks: Looks) -> None:
    """Say on a line of its own, in a terminal, what takes a moment; the next output replaces it."""
    if not looks.quiet:
        status(f"{text} ...")


class StepBar:
    """The bar of the steps of a batch; use it in a `with` block.

    In a terminal it is a bar with the time left; elsewhere a line now and then.

    Args:
        looks: what the user wants to see.
        total: number of steps.
        done: number of steps that were made before.
        picture: returns the picture so far.
        clock: returns the seconds.
    """

    def __init__(
        self,
        looks: Looks,
        *,
        total: int,
        done: int,
        picture: Callable[[], Image],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.looks, self.total, self.done = looks, total, done
        self.picture, self.clock = picture, clock
        self.said_at = self.previewed_at = clock()
        self.bar: Progress | None = None
        self.live: Live | None = None

    def __enter__(self) -> StepBar:
        clear_status()
        if not self.looks.quiet and sys.stderr.isatty():
            self._open()
        return self

    def _open(self) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeLeft(compact=True),
            TextColumn("{task.fields[facts]}", markup=False),
        )
        console = Console(file=sys.stderr)
        self.bar = Progress(*columns, console=console)
        self.task = self.bar.add_task("drawing", total=self.total, completed=self.done, facts="")
        self.live = Live(self.bar, console=console, refresh_per_second=8, transient=True)
        self.live.start()
        sayer(lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.live is not None:
            self.live.stop()
            sayer(None)

    def step(self, number: int, facts: str) -> None:
        """Show that a step was made.

        Args:
            number: of the step, from 1.
            facts: what is worth knowing of it.
        """
        self.done, now = number, self.clock()
        if self.bar is not None and self.live is not None:
            description = "saving" if number == self.total else "drawing"
            self.bar.update(self.task, completed=number, facts=facts, description=description)
            if self.looks.preview and now - self.previewed_at > PREVIEW_EVERY:
                self._preview()
                self.previewed_at = self.clock()
        elif not self.looks.quiet and (now - self.said_at > EVERY or number == self.total):
            self.said_at = now
            say(f"step {number}/{self.total}, {facts}")

    def _preview(self) -> None:
        from rich.console import Group
        from rich.text import Text

        from vqclip.cli.viewing import COLUMNS
        from vqclip.views.terminal import half_blocks

        assert self.live is not None
        assert self.bar is not None
        blocks = Text.from_ansi(half_blocks(self.picture(), COLUMNS))
        self.live.update(Group(blocks, self.bar))


def facts_of(losses: Mapping[str, float], prompts: Sequence[Prompt]) -> str:
    """Return the match and the losses of one picture in a line.

    The match is the mean cosine between what the perceptors see in the picture and its first
    prompt of positive weight, of which the loss is half the square of the angle.
    """
    written = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
    match = match_of(losses, prompts)
    return written if match is None else f"match {match:.2f}, {written}"


def match_of(losses: Mapping[str, float], prompts: Sequence[Prompt]) -> float | None:
    """Return the match of a picture and its first prompt; None: it has none of positive weight."""
    for index, prompt in enumerate(prompts, start=1):
        loss = losses.get(f"prompt {index}")
        if prompt.weight > 0 and loss is not None and math.isfinite(loss):
            return math.cos(math.sqrt(2 * max(0.0, loss / prompt.weight)))
    return None
