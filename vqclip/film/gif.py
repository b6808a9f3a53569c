"""GIF, written frame after frame: each with a palette of its own (GIF89a specification)."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from vqclip.film.filmtexts import FilmTexts

TICKS = 100
"""Units of a duration in a second."""
COLORS = 256
SAMPLED = 64
"""Longest side of what a palette is chosen from: all pixels would take a second a frame."""
DESCRIPTOR, EXTENSION, TRAILER = b"\x2c", b"\x21", b"\x3b"
BLOCK = 255
"""Bytes of a block of data."""


class GifFile:
    """A GIF that is being written.

    Args:
        file: an empty file.
        size: (width, height) of the frames.
        texts: become comments.
        loop: whether it starts again at its end.
    """

    ticks = TICKS

    def __init__(
        self, file: BinaryIO, size: tuple[int, int], texts: FilmTexts, *, loop: bool
    ) -> None:
        self._file = file
        file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0x70, 0, 0))
        if loop:
            file.write(EXTENSION + b"\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
        for text in (texts.description, texts.recipe):
            if text:
                file.write(EXTENSION + b"\xfe" + blocks(text.encode()))

    def write(self, image: Image.Image, ticks: int) -> None:
        """Write an RGB frame that is shown for so many hundredths of a second."""
        palette, width, data = encoded(image)
        self._file.write(EXTENSION + b"\xf9" + struct.pack("<BBHBB", 4, 0x04, ticks, 0, 0))
        packed = 0x80 | width
        self._file.write(DESCRIPTOR + struct.pack("<HHHHB", 0, 0, *image.size, packed))
        self._file.write(palette + data)

    def close(self) -> None:
        """Write the end."""
        self._file.write(TRAILER)


def blocks(content: bytes) -> bytes:
    """Return bytes in blocks, each after its length, and an empty one at the end."""
    parts = [content[start : start + BLOCK] for start in range(0, len(content), BLOCK)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\x00"


def encoded(image: Image.Image) -> tuple[bytes, int, bytes]:
    """Return the palette of a frame, the bits of its size (less 1), and its compressed pixels."""
    buffer = BytesIO()
    sampled = (min(SAMPLED, image.width), min(SAMPLED, image.height))
    few = image.resize(sampled, Image.Resampling.NEAREST).quantize(COLORS)
    reduced = image.quantize(palette=few, dither=Image.Dither.NONE)  # dither would flicker
    reduced.save(buffer, "GIF", optimize=False, interlace=False)
    content = buffer.getvalue()
    width = content[10] & 7
    start = 13 + 3 * 2 ** (width + 1)
    palette = content[13:start]
    while content[start : start + 1] == EXTENSION:
        start += 2
        while content[start]:
            start += 1 + content[start]
        start += 1
    return palette, width, content[start + 10 : -1]
