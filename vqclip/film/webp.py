"""Animated WebP, written frame after frame (https://developers.google.com/speed/webp/docs)."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO

from PIL import ExifTags, Image

from vqclip.files.mark import mark
from vqclip.film.filmtexts import UNICODE, FilmTexts

TICKS = 1000
"""Units of a duration in a second."""
QUALITY = 90
ANIMATION, XMP, EXIF = 0x02, 0x04, 0x08
"""What a file says that it holds."""
NO_BLENDING = 0x02
PLAIN = (b"VP8 ", b"VP8L")
"""Chunks of pixels."""


class WebpFile:
    """An animated WebP that is being written.

    Args:
        file: an empty file, in which earlier places can be overwritten.
        size: (width, height) of the frames.
        texts: become EXIF and XMP, as in pictures.
        loop: whether it starts again at its end.
    """

    ticks = TICKS

    def __init__(
        self, file: BinaryIO, size: tuple[int, int], texts: FilmTexts, *, loop: bool
    ) -> None:
        self._file, self._texts = file, texts
        file.write(b"RIFF\x00\x00\x00\x00WEBP")
        sides = uint24(size[0] - 1) + uint24(size[1] - 1)
        file.write(chunk(b"VP8X", bytes([ANIMATION | XMP | EXIF, 0, 0, 0]) + sides))
        file.write(chunk(b"ANIM", struct.pack("<IH", 0, 0 if loop else 1)))

    def write(self, image: Image.Image, ticks: int) -> None:
        """Write an RGB frame that is shown for so many milliseconds."""
        buffer = BytesIO()
        image.save(buffer, "WEBP", quality=QUALITY, method=4)
        place = bytes(6) + uint24(image.width - 1) + uint24(image.height - 1)
        head = place + uint24(ticks) + bytes([NO_BLENDING])
        self._file.write(chunk(b"ANMF", head + pixels(buffer.getvalue())))

    def close(self) -> None:
        """Write the texts, and the length where the file begins."""
        exif = Image.Exif()
        exif[ExifTags.Base.ImageDescription] = self._texts.description.encode(
            "ascii", "replace"
        ).decode()
        exif[ExifTags.Base.Software] = self._texts.program
        directory = exif.get_ifd(ExifTags.IFD.Exif)
        if self._texts.recipe:
            comment = UNICODE + self._texts.recipe.encode("utf-16-le")
            directory[ExifTags.Base.UserComment] = comment
        self._file.write(chunk(b"EXIF", exif.tobytes().removeprefix(b"Exif\x00\x00")))
        self._file.write(chunk(b"XMP ", mark(self._texts.prompts).encode()))
        length = self._file.tell()
        self._file.seek(4)
        self._file.write(struct.pack("<I", length - 8))


def uint24(number: int) -> bytes:
    """Return a number as three bytes."""
    return struct.pack("<I", number)[:3]


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a RIFF file, of an even length."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def pixels(content: bytes) -> bytes:
    """Return the chunk of pixels of a WebP of one frame.

    Raises:
        ValueError: there is none.
    """
    place = 12
    while place < len(content):
        (length,) = struct.unpack_from("<I", content, place + 4)
        end = place + 8 + length + length % 2
        if content[place : place + 4] in PLAIN:
            return content[place:end]
        place = end
    raise ValueError("no pixels in a WebP")
