"""Tiles: small pictures, their captions, and sheets of them in rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from vqclip.files.images import WHITE, load_image
from vqclip.views.lettering import Lettering

MARGIN = 6
"""Pixels between two pictures."""
INK, FAINT, EMPTY = (20, 20, 20), (110, 110, 110), (232, 232, 232)
CAPTION = (30, 30, 30)
CAPTION_SIZE = 12
"""Size of the letters of a caption, in pixels."""
MOST_LINES = 12
"""Lines of a caption; an ellipsis stands for the rest."""
SCREEN = 1.6
"""Width of a screen divided by its height."""


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


def columns_of_screen(count: int, cell: tuple[float, float], *, group: int = 1) -> int:
    """Return the number of columns that brings a grid nearest to the shape of a screen.

    Args:
        count: number of cells, which fill row after row.
        cell: width and height of each.
        group: the number of columns is a multiple of it.
    """

    def distance(columns: int) -> float:
        rows = -(-count // columns)
        shape = columns * cell[0] / (rows * cell[1])
        # Fewer gaps in the last row are worth a little less likeness to a screen.
        return abs(math.log(shape / SCREEN)) + (rows * columns - count) / count

    return min(range(group, max(count, group) + 1, group), key=distance)


def contact_sheet(
    images: Sequence[Image.Image],
    captions: Sequence[str],
    *,
    columns: int | None = None,
    group: int = 1,
) -> Image.Image:
    """Lay out pictures of one size in rows, each above its caption, on white.

    Args:
        images: the pictures.
        captions: a text for each.
        columns: pictures side by side; None: as many as bring the sheet near a screen's shape.
        group: where `columns` is None, their number is a multiple of it.

    Raises:
        ValueError: there is no picture, or not one caption per picture.
    """
    if not images or len(images) != len(captions):
        raise ValueError(f"{len(images)} pictures and {len(captions)} captions make no sheet")
    lettering = Lettering(CAPTION_SIZE)
    width, height = images[0].size
    texts = [lettering.wrap(caption, width, most=MOST_LINES) for caption in captions]
    heights = [height + MARGIN + lettering.line * len(text.lines) for text in texts]
    if columns is None:
        mean = sum(heights) / len(heights)
        columns = columns_of_screen(len(images), (width + MARGIN, mean), group=group)
    rows = [max(heights[first : first + columns]) for first in range(0, len(images), columns)]
    size = (columns * (width + MARGIN) + MARGIN, sum(rows) + MARGIN)
    sheet = Image.new("RGB", size, WHITE)
    for index, (image, text) in enumerate(zip(images, texts, strict=True)):
        left = MARGIN + (index % columns) * (width + MARGIN)
        top = MARGIN + sum(rows[: index // columns])
        sheet.paste(image, (left, top))
        lettering.draw(sheet, (left, top + height + 1), text, CAPTION, width=width)
    return sheet


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
