"""The sheet of an evaluation: every picture above its prompt, the misses in a red frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from vqclip.evaluation.report import Judged
from vqclip.files import write
from vqclip.images import WHITE
from vqclip.views.tiles import contact_sheet, encode, tile

SIDE, FRAME = 128, 5
"""Side of a picture with its frame, and width of the frame, in pixels."""
MISS, HIT = (214, 40, 40), WHITE
"""Colors of the frame."""
WIDEST = 10
"""Pictures side by side, where those of one prompt can stay together."""


def draw_verdicts(judged: Sequence[Judged]) -> Image.Image:
    """Lay out judged pictures, those of one prompt side by side.

    Raises:
        ImageError: a picture can no longer be read.
    """
    prompts = list(dict.fromkeys(one.picture.prompt for one in judged))
    several = len({one.picture.setting for one in judged}) > 1
    tiles, captions = [], []
    for one in sorted(judged, key=lambda one: prompts.index(one.picture.prompt)):
        picture, verdict = one.picture, one.verdict
        small = tile(picture.path, SIDE - 2 * FRAME)
        tiles.append(ImageOps.expand(small, FRAME, HIT if verdict.hit else MISS))
        setting = f"[{picture.setting}] " if several else ""
        miss = "" if verdict.hit else f" - MISS, taken for: {verdict.best}"
        captions.append(f"{setting}{picture.prompt}{miss}")
    group = max(sum(one.picture.prompt == prompt for one in judged) for prompt in prompts)
    columns = min(len(tiles), group * max(1, WIDEST // group))
    return contact_sheet(tiles, captions, columns=columns)


def write_verdicts(path: Path, judged: Sequence[Judged]) -> Path:
    """Write the sheet as a PNG file, and return its path.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    write(path, encode(draw_verdicts(judged), "PNG", optimize=True))
    return path
