"""Video by PyAV: H.264 in MP4 and VP9 in WebM, with sound that is copied or encoded anew.

Sides that are odd, which 4:2:0 does not allow, grow by one pixel: the last column or row again.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PIL import Image

from vqclip.errors import OutputError
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.soundtrack import Soundtrack

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

TICKS = 90_000
"""Units of a time in a second: whole for all usual frame rates."""
ENCODERS = {"mp4": ("libx264", "libopenh264"), "webm": ("libvpx-vp9", "libvpx")}
"""Encoders of each format, the best first; which exist depends on how PyAV was built."""
OPTIONS = {
    "libx264": {"crf": "18", "preset": "medium"},
    "libopenh264": {"b": "8M"},
    "libvpx-vp9": {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
    "libvpx": {"crf": "8", "b": "8M"},
}
BT709, LIMITED = 1, 1
"""Colors as in high definition, with levels from 16 to 235: the numbers of H.273."""


class VideoFile:
    """A video that is being written.

    Args:
        path: the file; its suffix does not matter.
        format: `mp4` or `webm`.
        size: (width, height) of the frames.
        rate: frames per second, by which the encoder plans.
        texts: become metadata.
        sound: a file whose sound goes along; None: none.

    Raises:
        OutputError: PyAV was built without an encoder of the format.
    """

    ticks = TICKS

    def __init__(
        self,
        path: Path,
        format: str,
        size: tuple[int, int],
        rate: Fraction,
        texts: FilmTexts,
        sound: Path | None = None,
    ) -> None:
        import av

        # Without the flag, MP4 has no place for what is not in its list of names.
        options = {"movflags": "faststart"} if format == "mp4" else {}
        self._container: OutputContainer = av.open(str(path), "w", format=format, options=options)
        self._container.metadata.update(metadata(texts))
        name = encoder(format)
        stream = self._container.add_stream(name, rate=rate, options=OPTIONS[name])
        self._stream = cast("VideoStream", stream)
        self._size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        _describe(self._stream.codec_context, self._size)
        self._sound = None if sound is None else Soundtrack(self._container, sound, format)
        self._place = 0

    def write(self, image: Image.Image, ticks: int) -> None:
        """Write an RGB frame that is shown for so many 90,000ths of a second."""
        import av

        pixels = _even(image, self._size).convert("RGBA").tobytes()
        frame = av.VideoFrame.from_bytes(pixels, *self._size).reformat(
            format="yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED
        )
        frame.pts, frame.time_base, frame.duration = self._place, Fraction(1, TICKS), ticks
        self._encode(frame)
        self._place += ticks
        if self._sound is not None:
            self._sound.copy(self._place / TICKS)

    def close(self) -> None:
        """Write what the encoder holds back, and the end."""
        self._encode(None)
        if self._sound is not None:
            self._sound.finish(self._place / TICKS)
        self._container.close()

    def abandon(self) -> None:
        """Let go of the file, which stays unfinished."""
        self._container.close()

    def _encode(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


def metadata(texts: FilmTexts) -> dict[str, str]:
    """Return the texts of a film under the names that MP4 and Matroska share."""
    found = {
        "title": texts.prompts[:250],
        "description": texts.description,
        "comment": texts.recipe,
        "artist": texts.program,
    }
    return {name: text for name, text in found.items() if text}


def encoder(format: str) -> str:
    """Return the name of the encoder of a format.

    Raises:
        OutputError: PyAV was built without one.
    """
    from av.codec import codecs_available

    for name in ENCODERS[format]:
        if name in codecs_available:
            return name
    raise OutputError(
        f"this PyAV was built without an encoder of .{format} ({', '.join(ENCODERS[format])}): "
        "install it from PyPI, or choose another format"
    )


def _describe(context: VideoCodecContext, size: tuple[int, int]) -> None:
    """Say what the pixels mean."""
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, TICKS)
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = LIMITED


def _even(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture with its last column and row again where a side is odd."""
    if image.size == size:
        return image
    width, height = image.size
    wide = Image.new("RGB", size)
    for left, top in ((1, 1), (1, 0), (0, 1), (0, 0)):
        wide.paste(image, (left * (size[0] - width), top * (size[1] - height)))
    return wide
