"""Frames of a video, by PyAV: at variable rates, turned upright, pixels made square."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from vqclip.errors import FilmError
from vqclip.film.formats import check_pyav
from vqclip.film.frame import Frame, timed

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

USUAL_RATE = 25.0
"""Frames per second of a film that does not say."""
MISSING = 0.5
"""Seconds that may be missing at the end before a film counts as truncated."""
TURNS = {
    90: Image.Transpose.ROTATE_90,
    -270: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    -180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
    -90: Image.Transpose.ROTATE_270,
}
"""How a picture is turned, by the degrees that its metadata says, counter-clockwise."""


class VideoSource:
    """Frames of a video file; attributes as in `FrameSource`.

    The whole file is read once, without decoding it, to count the frames and to find out whether
    it is complete.

    Args:
        path: the file.

    Raises:
        ConfigError: PyAV is missing.
        FilmError: the file is no film, has no frames, or is truncated.
    """

    def __init__(self, path: Path) -> None:
        check_pyav("films")
        self.path = path
        with _opened(path) as container:
            stream = _pictures(container, path)
            self.fps = float(stream.average_rate or stream.guessed_rate or USUAL_RATE)
            self.has_sound = bool(container.streams.audio)
            self.count, self.seconds = _survey(container, stream, path)
        first = next(iter(self), None)
        if first is None:
            raise FilmError(f"{path} has no frames that can be read")
        self.size = first.image.size

    def __iter__(self) -> Iterator[Frame]:
        with _opened(self.path) as container:
            yield from timed(self._decoded(container), 1 / self.fps)

    def _decoded(self, container: InputContainer) -> Iterator[tuple[Image.Image, float]]:
        import av

        stream = _pictures(container, self.path)
        stream.thread_type = "AUTO"
        index = 0
        try:
            for index, frame in enumerate(container.decode(stream)):
                time = index / self.fps if frame.time is None else frame.time
                yield _upright(frame, stream), time
        except av.FFmpegError as error:
            raise FilmError(f"{self.path} is damaged after frame {index + 1}") from error


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open a film.

    Raises:
        FilmError: it is none.
    """
    import av

    try:
        container = av.open(str(path))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise FilmError(
            f"{path} is no film that can be read: it is something else, or broke off while it was "
            "written"
        ) from error
    with container:
        yield container


def _pictures(container: InputContainer, path: Path) -> VideoStream:
    """Return the stream of pictures, not that of a cover.

    Raises:
        FilmError: there is none.
    """
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    only = ", only sound" if container.streams.audio else ""
    raise FilmError(f"{path} has no frames{only}")


def _survey(container: InputContainer, stream: VideoStream, path: Path) -> tuple[int, float]:
    """Count the frames and return the length in seconds, without decoding anything.

    Raises:
        FilmError: the film is truncated.
    """
    import av

    count, first, end, ends = 0, None, 0.0, [0.0]
    try:
        for packet in container.demux():
            if packet.pts is None or packet.time_base is None:
                continue  # the end of a stream
            start = float(packet.pts * packet.time_base)
            length = float((packet.duration or 0) * packet.time_base)
            ends.append(start + length)
            if packet.stream.index == stream.index and not packet.is_corrupt:
                count += 1
                first = start if first is None else min(first, start)
                end = max(end, start + length)
    except av.FFmpegError as error:
        raise FilmError(f"{path} is truncated or damaged after frame {count}") from error
    if not count or first is None:
        raise FilmError(f"{path} has no frames")
    said = (container.duration or 0) / av.time_base
    begin = (container.start_time or 0) / av.time_base
    if count < stream.frames or max(ends) < begin + said - MISSING:
        of = f" of {stream.frames}" if count < stream.frames else ""
        raise FilmError(f"{path} is truncated: it ends after frame {count}{of}")
    return count, end - first


def _upright(frame: VideoFrame, stream: VideoStream) -> Image.Image:
    """Return a frame as RGB, its pixels square, turned as the film says."""
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    aspect = stream.sample_aspect_ratio
    if aspect and aspect != 1:
        image = image.resize((max(1, round(image.width * aspect)), image.height))
    turn = TURNS.get(frame.rotation)
    return image if turn is None else image.transpose(turn)


def metadata_of(path: Path) -> dict[str, str]:
    """Return the texts of a film, by names in small letters.

    Raises:
        ConfigError: PyAV is missing.
        FilmError: it is no film.
    """
    check_pyav("films")
    with _opened(path) as container:
        return {name.lower(): text for name, text in container.metadata.items()}
