"""Events of a film, beside those of its steps: command line, web page and scripts read them."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.runs.events import Event


@dataclass(frozen=True)
class FilmStarted(Event):
    """A film starts, or continues after some of its frames.

    Attributes:
        done: frames that were drawn before.
        frames: frames to draw in all.
        path: of the film.
    """

    kind = "film started"
    done: int
    frames: int
    path: str


@dataclass(frozen=True)
class FrameDone(Event):
    """A frame was drawn and written.

    Attributes:
        done: frames that were drawn so far.
        frames: frames to draw in all.
        number: of the frame in the film, from 0.
        path: of its picture.
        flicker: mean difference to the moved last frame, in levels from 0 to 255; None for the
            first frame.
        loss: total weighted loss of its last step.
    """

    kind = "frame"
    done: int
    frames: int
    number: int
    path: str
    flicker: float | None
    loss: float


@dataclass(frozen=True)
class FilmInterrupted(Event):
    """A film was interrupted; it continues after its last whole frame."""

    kind = "film interrupted"
    done: int
    frames: int


@dataclass(frozen=True)
class FilmDone(Event):
    """A film was written.

    Attributes:
        path: of the film.
        frames: that it has.
        seconds: of the film.
        flicker: mean over its frames; None: it has a single one.
        closure: of a loop: the difference of its last frame to its first as they follow each
            other, measured like flicker; None: no loop.
        took: seconds that drawing took, since it was last continued.
    """

    kind = "film"
    path: str
    frames: int
    seconds: float
    flicker: float | None
    closure: float | None
    took: float
