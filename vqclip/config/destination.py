"""The section `output`: where pictures go, and in which format."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.choices import FORMATS
from vqclip.config.option import option, section
from vqclip.config.parsing import Conflict
from vqclip.config.scalars import path_text
from vqclip.errors import ConfigError, shown
from vqclip.film.formats import FILM_FORMATS, film_format

USUAL_RATE, MOST_RATE = 25.0, 50.0
"""Frames per second of a film of a run: at most, unless told otherwise, and in any case."""
PLACES = ("folder", "name", "overwrite", "save_every", "checkpoint_every", "trace", "video")
"""Keys of `output` that say where files go and how often, and do not affect a picture."""

SLOT = "{name}"
"""Stands for the name of the picture in the name of a film."""


def film_file(value: object) -> str:
    """Read the path of a film, or one of `FILM_FORMATS` alone.

    Raises:
        ConfigError: no film of this suffix can be written.
    """
    written = path_text(value)
    if written.lower() not in FILM_FORMATS:
        film_format(Path(written))
    return written


def for_many(file: str) -> str:
    """Return what names the films of several pictures."""
    if SLOT in file or file.lower() in FILM_FORMATS:
        return file
    path = Path(file)
    return str(path.with_stem(f"{path.stem}_{SLOT}"))


@dataclass(frozen=True)
class VideoConfig:
    """A film of the run, from the first step to the last. Nothing here changes a picture."""

    file: str | None = option(
        None,
        f"the film, .{', .'.join(FILM_FORMATS)}, or such a format alone: beside each picture; "
        "{name}: the picture's",
        read=film_file,
    )
    every: int = option(
        0, f"steps between frames; 0: as many as make {USUAL_RATE:g} frames per second", low=0
    )
    seconds: float = option(6.0, "length of the film, without what is held", low=0.1, high=86400)
    hold: float = option(1.0, "seconds that the finished picture is held", low=0, high=3600)

    def stride(self, steps: int) -> int:
        """Return the steps between two frames of a run of so many steps."""
        return self.every or max(1, math.ceil(steps / (self.seconds * USUAL_RATE)))

    def rate(self, steps: int) -> float:
        """Return the frames per second of the film of a run of so many steps."""
        return math.ceil(steps / self.stride(steps)) / self.seconds

    def conflicts(self, steps: int) -> Iterator[Conflict]:
        """Yield what does not go together in a run of so many steps."""
        rate = self.rate(steps)
        if self.file is not None and rate > MOST_RATE:
            yield (
                ["output.video.every", "output.video.seconds", "steps"],
                f"output.video.every: {math.ceil(steps / self.stride(steps))} frames in "
                f"{self.seconds:g} seconds are {rate:g} per second, and a film has at most "
                f"{MOST_RATE:g}: raise every or seconds",
            )


def file_name(value: object) -> str:
    """Read the name of a file, without a folder.

    Raises:
        ConfigError: it is a path, or no file can have it.
    """
    written = path_text(value)
    if not written.strip(". ") or set(written) & set("/\\"):
        raise ConfigError(f"allowed is the name of a file, not {shown(written)}; see output.folder")
    return written


@dataclass(frozen=True)
class OutputConfig:
    """Where pictures go. Nothing here changes a picture."""

    folder: str = option("outputs", "folder for the pictures", read=path_text)
    name: str | None = option(
        None,
        "file name, in which {seed} is the seed; none: the prompt and the seed",
        read=file_name,
    )
    format: str = option("png", "file format", choices=FORMATS)
    quality: int = option(95, "quality of jpg and webp; 100: lossless for webp", low=1, high=100)
    overwrite: bool = option(False, "replace a picture of the same name instead of adding a number")
    save_every: int = option(0, "steps between previews; 0: none", low=0)
    checkpoint_every: int = option(0, "steps between checkpoints; 0: only when interrupted", low=0)
    trace: bool = option(False, "write the losses of every step as JSON lines")
    video: VideoConfig = section(VideoConfig)
