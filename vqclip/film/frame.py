"""A frame of a film, and what is known of the film before it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

LEAST = 0.001
"""Seconds between two frames at least."""


@dataclass(frozen=True)
class Frame:
    """A frame of a film.

    Attributes:
        index: its number, from 0.
        image: RGB, upright.
        time: when it appears, in seconds from the first one.
        seconds: how long it is shown.
    """

    index: int
    image: Image.Image
    time: float
    seconds: float


class FrameSource(Protocol):
    """Frames in their order, read when they are asked for.

    Attributes:
        path: a film or folder.
        size: (width, height) of the first frame, upright.
        count: number of frames.
        fps: frames per second, on average.
        seconds: length of the whole.
        has_sound: whether there is sound.
    """

    path: Path
    size: tuple[int, int]
    count: int
    fps: float
    seconds: float
    has_sound: bool

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame.

        Raises:
            FilmError: a frame cannot be read.
        """


def timed(pairs: Iterable[tuple[Image.Image, float]], last: float) -> Iterator[Frame]:
    """Turn pictures and their times into frames that know how long they are shown.

    Args:
        pairs: RGB pictures and their times in seconds; a time that does not rise is moved.
        last: seconds that the last frame is shown.
    """
    before: Image.Image | None = None
    first = time = 0.0
    index = 0
    for image, given in pairs:
        if before is None:
            first = given
        else:
            after = max(given - first, time + LEAST)
            yield Frame(index, before, time, after - time)
            index, time = index + 1, after
        before = image
    if before is not None:
        yield Frame(index, before, time, last)
