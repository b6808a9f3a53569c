"""The writer of a film: frames go to the file as they come, and the file appears when it is whole.

Memory does not grow with the number of frames.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from PIL import Image

from vqclip.errors import ConfigError, OutputError, VqclipError, shown
from vqclip.files.atomic import atomic
from vqclip.film.apng import ApngFile
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.formats import WITH_SOUND, check_rate, check_size, check_writable, film_format
from vqclip.film.gif import GifFile
from vqclip.film.video import VideoFile
from vqclip.film.webp import WebpFile


class FilmFile(Protocol):
    """A film that is being written."""

    ticks: int
    """Units of a duration in a second."""

    def write(self, image: Image.Image, ticks: int) -> None:
        """Write a frame."""

    def close(self) -> None:
        """Write the end."""


class FilmWriter(AbstractContextManager["FilmWriter"]):
    """Writes a film; its block ends with the whole film, or without any if it raises.

    Args:
        path: the film; its suffix is the format, one of `FILM_FORMATS`.
        fps: frames per second.
        texts: what the film says of itself.
        sound: a film or sound file whose sound goes along, up to the end of the film; only MP4 and
            WebM have sound.
        loop: whether a GIF, APNG or WebP starts again at its end.
        replace: whether to replace a file that exists.

    Raises:
        ConfigError: the format or the rate is not allowed, or PyAV is missing.
    """

    def __init__(
        self,
        path: Path,
        *,
        fps: float | Fraction,
        texts: FilmTexts | None = None,
        sound: Path | None = None,
        loop: bool = True,
        replace: bool = True,
    ) -> None:
        self.path, self.format = path, film_format(path)
        self.fps = rate(fps)
        check_writable(self.format)
        check_rate(self.format, float(self.fps))
        self.texts = texts or FilmTexts()
        self._sound, self._loop, self._replace = sound, loop, replace
        self._stack = ExitStack()
        self._file: FilmFile | None = None
        self._last: Image.Image | None = None
        self._elapsed = Fraction(0)
        self._ticks = 0
        self.frames = 0

    @property
    def seconds(self) -> float:
        """The length of the film so far."""
        return float(self._elapsed)

    def __enter__(self) -> FilmWriter:
        self._temporary = self._stack.enter_context(atomic(self.path, replace=self._replace))
        return self

    def add(self, image: Image.Image, seconds: float | Fraction | None = None) -> None:
        """Write a frame.

        Args:
            image: of the size of the first one; it becomes RGB.
            seconds: how long it is shown; None: as the rate says.

        Raises:
            ConfigError: its size is not that of the first frame.
            OutputError: the film cannot be written.
        """
        if self._last is not None:
            check_size([self._last.size, image.size])
        self._last = image.convert("RGB")
        self._write(self._last, 1 / self.fps if seconds is None else Fraction(seconds))

    def hold(self, seconds: float) -> None:
        """Show the last frame for more seconds.

        Raises:
            OutputError: the film cannot be written.
        """
        if self._last is None or seconds <= 0:
            return
        if self.format not in WITH_SOUND:
            self._write(self._last, Fraction(seconds))
            return
        for _ in range(round(seconds * self.fps)):  # some players cut a single long frame short
            self._write(self._last, 1 / self.fps)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is not None:
                self._abandon()
            elif self._file is None:
                raise OutputError(f"{self.path} was not written: it would have no frames")
            else:
                with self._told():
                    self._file.close()
        except BaseException as problem:
            self._abandon()
            self._stack.__exit__(type(problem), problem, problem.__traceback__)
            raise
        self._stack.__exit__(kind, error, trace)

    def _write(self, image: Image.Image, seconds: Fraction) -> None:
        with self._told():
            if self._file is None:
                self._file = self._open(image.size)
            self._elapsed += seconds
            end = round(self._elapsed * self._file.ticks)  # so that roundings do not add up
            self._file.write(image, max(1, end - self._ticks))
            self._ticks = max(self._ticks + 1, end)
            self.frames += 1

    def _open(self, size: tuple[int, int]) -> FilmFile:
        if self.format in WITH_SOUND:
            place = (self._temporary, self.format)
            return VideoFile(*place, size, self.fps, self.texts, self._sound)
        file: BinaryIO = self._stack.enter_context(self._temporary.open("r+b"))
        if self.format == "gif":
            return GifFile(file, size, self.texts, loop=self._loop)
        chain = ApngFile if self.format == "apng" else WebpFile
        return chain(file, size, self.texts, loop=self._loop)

    def _abandon(self) -> None:
        if isinstance(self._file, VideoFile):
            with suppress(Exception):  # it stays unfinished, whatever PyAV says to that
                self._file.abandon()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what PyAV or the disk refuses into a sentence."""
        try:
            yield
        except VqclipError:
            raise
        except (OSError, ValueError, struct.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"{self.path} cannot be written: {reason}") from error


def rate(fps: float | Fraction) -> Fraction:
    """Return a frame rate as a fraction: 29.97 is 30000/1001.

    Raises:
        ConfigError: it is not positive.
    """
    if not 0 < fps < math.inf:
        raise ConfigError(f"a frame rate is above 0, not {shown(fps)}")
    exact = Fraction(fps)
    broadcast = Fraction(round(exact * 1001 / 1000) * 1000, 1001)
    if exact.denominator > 1001 and abs(broadcast - exact) < Fraction(1, 200):
        return broadcast
    return exact.limit_denominator(1000)
