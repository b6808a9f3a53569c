"""The sheet of an evaluation: every picture above its prompt, the misses in a red frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from vqclip.evaluation.examination import JudgedPicture
from vqclip.files.atomic import write
from vqclip.files.images import WHITE
from vqclip.views.tiles import contact_sheet, encode, tile

SIDE, FRAME = 128, 5
"""Side of a picture with its frame, and width of the frame, in pixels."""
MISS, HIT = (214, 40, 40), WHITE
"""Colors of the frame."""


def draw_verdicts(pictures: Sequence[JudgedPicture]) -> Image.Image:
    """Lay out judged pictures in the order of their prompts, those of one prompt side by side.

    Raises:
        ImageError: a picture can no longer be read.
    """
    counts = Counter(picture.question.prompt for picture in pictures)
    order = {prompt: index for index, prompt in enumerate(counts)}
    ordered = sorted(pictures, key=lambda picture: order[picture.question.prompt])
    named = len({picture.sample.setting for picture in pictures}) > 1
    group = max(counts.values())
    tiles = [_framed(picture) for picture in ordered]
    captions = [_caption(picture, named=named) for picture in ordered]
    return contact_sheet(tiles, captions, group=group)


def _framed(picture: JudgedPicture) -> Image.Image:
    small = tile(picture.sample.path, SIDE - 2 * FRAME)
    return ImageOps.expand(small, FRAME, HIT if picture.verdict.hit else MISS)


def _caption(picture: JudgedPicture, *, named: bool) -> str:
    setting = f"[{picture.sample.setting}] " if named else ""
    miss = "" if picture.verdict.hit else f" - MISS, taken for: {picture.verdict.nearest}"
    return f"{setting}{picture.question.prompt}{miss}"


def write_verdicts(path: Path, pictures: Sequence[JudgedPicture]) -> Path:
    """Write the sheet as a PNG file, and return its path.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    write(path, encode(draw_verdicts(pictures), "PNG", optimize=True))
    return path
