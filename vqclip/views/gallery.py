"""A gallery: one HTML file that holds the pictures of a run and their recipes, to sort and find."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from vqclip.files.images import load_image
from vqclip.runs.manifest import FAILED
from vqclip.runs.picture import RunPicture
from vqclip.runs.record import FILE as SERIES
from vqclip.runs.record import RunRecord
from vqclip.views.browser import Link, PicturePage, embedded

SIDE, SMALL_SIDE = 512, 320
"""Longest side of an embedded picture, in pixels; the smaller one is for long series."""
SHEETS = ("sheet.png",)
"""Names of the sheets that a page links to, where they exist."""
MANY = 300
"""Number of pictures above which a series is long."""


def make_gallery(record: RunRecord, pictures: Sequence[RunPicture], *, folder: Path) -> str:
    """Return the page; it needs no other file, and no network.

    Args:
        record: what the folder of the run remembers of its plan.
        pictures: its pictures.
        folder: where the page goes; it links to the full files from there.

    Raises:
        ImageError: a picture cannot be read.
    """
    side = SMALL_SIDE if len(pictures) > MANY else SIDE
    entries = [
        _entry(picture, picture.path, side=side, folder=folder)
        for picture in pictures
        if picture.path is not None
    ]
    failed = [
        {"name": picture.name, "error": picture.error}
        for picture in pictures
        if picture.state == FAILED
    ]
    sheets = [name for name in SHEETS if (folder / name).is_file()]
    return PicturePage(
        name=record.name,
        pictures=entries,
        axes=list(record.axes),
        facts={"judge": record.judge, "planned": len(pictures)},
        failed=failed,
        links=[Link("contact sheet", name) for name in sheets] + [Link("series", SERIES)],
    ).render()


def _entry(picture: RunPicture, path: Path, *, side: int, folder: Path) -> dict[str, Any]:
    """Return what the page knows of a picture whose file exists."""
    image = load_image(path)
    if max(image.size) > side:
        image = ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS)
    return {
        "name": picture.name,
        "file": path.relative_to(folder).as_posix(),
        "labels": dict(picture.labels),
        "prompts": picture.prompts,
        "seed": picture.seed,
        "score": picture.score,
        "rank": picture.rank,
        "kept": picture.kept,
        "losses": dict(picture.losses),
        "seconds": picture.seconds,
        "recipe": picture.settings,
        "command": f"vqclip replay {shlex.quote(str(path))}",
        "image": embedded(image),
        "width": image.width,
        "height": image.height,
    }
