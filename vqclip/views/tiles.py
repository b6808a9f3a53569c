"""Tiles: small pictures, their captions, and sheets of them in rows."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from vqclip.images import WHITE, load_image

MARGIN = 6
"""Pixels between two pictures."""
INK, FAINT, EMPTY = (20, 20, 20), (110, 110, 110), (232, 232, 232)
CAPTION = (30, 30, 30)
CAPTION_SIZE, CAPTION_LINE = 12, 15
"""Size of the letters of a caption, and height of a line, in pixels."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def thumbnail(path: Path, side: int) -> Image.Image:
    """Read a picture and scale it so that its longer side is `side` pixels.

    Raises:
        ImageError: it cannot be read.
    """
    return ImageOps.contain(load_image(path), (side, side), Image.Resampling.LANCZOS)


def tile(path: Path, side: int) -> Image.Image:
    """Read a picture and scale it to a square of `side` pixels, with white beside it.

    Raises:
        ImageError: it cannot be read.
    """
    return ImageOps.pad(thumbnail(path, side), (side, side), color=WHITE)


def contact_sheet(
    images: Sequence[Image.Image], captions: Sequence[str], *, columns: int
) -> Image.Image:
    """Lay out pictures of one size in rows, each above its caption, on white.

    Raises:
        ValueError: there is no picture, or not one caption per picture.
    """
    if not images or len(images) != len(captions):
        raise ValueError(f"{len(images)} pictures and {len(captions)} captions make no sheet")
    font = ImageFont.load_default(size=CAPTION_SIZE)
    lines = [wrap(caption, images[0].width, font) for caption in captions]
    cell_width = images[0].width + MARGIN
    cell_height = images[0].height + MARGIN + CAPTION_LINE * max(map(len, lines))
    rows = -(-len(images) // columns)
    size = (columns * cell_width + MARGIN, rows * cell_height + MARGIN)
    sheet = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(sheet)
    for index, (image, caption) in enumerate(zip(images, lines, strict=True)):
        left = MARGIN + (index % columns) * cell_width
        top = MARGIN + (index // columns) * cell_height
        sheet.paste(image, (left, top))
        below = (left, top + image.height + 1)
        draw.text(below, "\n".join(caption), fill=CAPTION, font=font)
    return sheet


def wrap(text: str, width: int, font: Font) -> list[str]:
    """Break a text between words into lines that fit a width in pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def encode(image: Image.Image, kind: str, **options: bool | int) -> bytes:
    """Return the content of an image file.

    Args:
        image: the picture.
        kind: PNG, JPEG or WEBP.
        options: of Pillow's writer, such as `quality` or `optimize`.
    """
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
