"""The sound of a file on its way into a film: copied as it is where the format allows it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from vqclip.errors import FilmError, shown

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

    SoundPacket = Packet[AudioStream]

COPIED = {"mp4": ("aac", "mp3", "ac3", "opus"), "webm": ("opus", "vorbis")}
"""Codecs that a format holds."""
ENCODED = {"mp4": "aac", "webm": "libopus"}
"""The codec that other sound is encoded with."""
OPUS_RATE = 48_000
"""Samples per second, the only rate of full width that Opus knows."""

PRIMING = 0.1
"""Seconds before the first picture from which sound is kept: coders need some to get going."""


def open_sound(path: Path) -> InputContainer:
    """Open a file that has sound.

    Raises:
        FilmError: it is missing, cannot be read, or has no sound.
    """
    import av

    if not path.is_file():
        raise FilmError(f"there is no sound file {path}")
    try:
        container = av.open(str(path))
    except (av.FFmpegError, OSError) as error:
        raise FilmError(f"{path} is no sound that can be read") from error
    if not container.streams.audio:
        container.close()
        raise FilmError(f"{path} has no sound")
    return container


class Soundtrack:
    """The sound of a file on its way into a film.

    Args:
        container: the film, to which a stream of sound is added.
        path: a film or sound file.
        format: format of the film, `mp4` or `webm`.

    Raises:
        FilmError: the file is missing, cannot be read, or has no sound.
    """

    def __init__(self, container: OutputContainer, path: Path, format: str) -> None:
        self._container, self._path = container, path
        self._source = open_sound(path)
        sound = self._source.streams.audio[0]
        self._begin = self._start_of_film()
        if sound.codec_context.name in COPIED[format]:
            self._stream: AudioStream = container.add_stream_from_template(sound)
            self._packets = self._copied()
        else:
            rate = OPUS_RATE if format == "webm" else sound.codec_context.sample_rate
            self._stream = cast("AudioStream", container.add_stream(ENCODED[format], rate=rate))
            self._packets = self._encoded()
        self._next: SoundPacket | None = None
        self._begun = False

    def copy(self, until: float) -> None:
        """Write the sound before a time of the film in seconds.

        Raises:
            FilmError: the sound is damaged.
        """
        if not self._begun:
            self._begun, self._next = True, next(self._packets, None)
        while self._next is not None and _time(self._next) < until:
            self._container.mux(self._next)
            self._next = next(self._packets, None)

    def finish(self, until: float) -> None:
        """Write the sound up to the end of the film in seconds, and leave out the rest.

        Raises:
            FilmError: the sound is damaged.
        """
        self.copy(until)
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._packets.close()
        self._source.close()

    def _start_of_film(self) -> float:
        """Return the time of the file, in seconds, at which its picture begins."""
        for stream in self._source.streams.video:
            if stream.start_time is not None and stream.time_base is not None:
                return float(stream.start_time * stream.time_base)
        return 0.0

    def _copied(self) -> Generator[SoundPacket, None, None]:
        import av

        sound = self._source.streams.audio[0]
        shift = 0 if sound.time_base is None else round(self._begin / sound.time_base)
        try:
            for packet in self._source.demux(sound):
                if packet.dts is None or packet.pts is None:
                    continue  # the end
                packet.pts, packet.dts, packet.stream = (
                    packet.pts - shift,
                    packet.dts - shift,
                    self._stream,
                )
                if _time(packet) > -PRIMING:
                    yield packet
        except av.FFmpegError as error:
            raise FilmError(f"the sound of {shown(str(self._path))} is damaged") from error

    def _encoded(self) -> Generator[SoundPacket, None, None]:
        import av

        sound = self._source.streams.audio[0]
        try:
            for frame in self._source.decode(sound):
                if frame.pts is not None and frame.time_base is not None:
                    frame.pts -= round(self._begin / frame.time_base)
                yield from self._stream.encode(frame)
            yield from self._stream.encode(None)
        except av.FFmpegError as error:
            raise FilmError(f"the sound of {shown(str(self._path))} is damaged") from error


def _time(packet: SoundPacket) -> float:
    """Return the time of a packet in seconds."""
    if packet.pts is None or packet.time_base is None:
        return 0.0
    return float(packet.pts * packet.time_base)
