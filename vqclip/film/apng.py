"""Animated PNG, written frame after frame without loss (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from vqclip.files.mark import mark
from vqclip.film.filmtexts import KEYWORD, FilmTexts

TICKS = 1000
"""Units of a duration in a second."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP = "XML:com.adobe.xmp"


class ApngFile:
    """An animated PNG that is being written.

    Args:
        file: an empty file, in which earlier places can be overwritten.
        size: (width, height) of the frames.
        texts: become texts of the PNG, as in pictures.
        loop: whether it starts again at its end.
    """

    ticks = TICKS

    def __init__(
        self, file: BinaryIO, size: tuple[int, int], texts: FilmTexts, *, loop: bool
    ) -> None:
        self._file, self._size, self._plays = file, size, 0 if loop else 1
        self._frames = self._chunks = 0
        file.write(SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)))
        self._control = file.tell()
        self._write_control()
        contents = {KEYWORD: texts.recipe, "Description": texts.description}
        contents[XMP] = mark(texts.prompts)
        for name, text in contents.items():
            if text:
                file.write(chunk(b"iTXt", name.encode() + bytes(5) + text.encode()))

    def write(self, image: Image.Image, ticks: int) -> None:
        """Write an RGB frame that is shown for so many milliseconds."""
        buffer = BytesIO()
        image.save(buffer, "PNG")
        # At the left and top, shown for ticks / 1000, replaced by the next frame as it is.
        place = struct.pack(">IIII", *self._size, 0, 0)
        self._put(b"fcTL", place + struct.pack(">HHBB", ticks, TICKS, 0, 0))
        for name, data in chunks(buffer.getvalue()):
            if name == b"IDAT" and not self._frames:
                self._file.write(chunk(b"IDAT", data))
            elif name == b"IDAT":
                self._put(b"fdAT", data)
        self._frames += 1

    def close(self) -> None:
        """Write the end, and the number of frames where the file begins."""
        self._file.write(chunk(b"IEND", b""))
        self._file.seek(self._control)
        self._write_control()

    def _put(self, name: bytes, data: bytes) -> None:
        """Write a numbered chunk."""
        self._file.write(chunk(name, struct.pack(">I", self._chunks) + data))
        self._chunks += 1

    def _write_control(self) -> None:
        self._file.write(chunk(b"acTL", struct.pack(">II", max(1, self._frames), self._plays)))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the data of every chunk of a PNG."""
    place = len(SIGNATURE)
    while place < len(content):
        (length,) = struct.unpack_from(">I", content, place)
        yield content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        place += length + 12
