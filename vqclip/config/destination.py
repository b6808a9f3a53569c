"""The section `output`: where pictures go, and in which format."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.choices import FORMATS
from vqclip.config.option import option
from vqclip.config.scalars import path_text

PLACES = ("folder", "overwrite", "save_every", "checkpoint_every", "trace")
"""Keys of `output` that say where files go and how often, and do not affect a picture."""


@dataclass(frozen=True)
class OutputConfig:
    """Where pictures go. Nothing here changes a picture."""

    folder: str = option("outputs", "folder for the pictures", read=path_text)
    format: str = option("png", "file format", choices=FORMATS)
    quality: int = option(95, "quality of jpg and webp; 100: lossless for webp", low=1, high=100)
    overwrite: bool = option(False, "replace a picture of the same name instead of adding a number")
    save_every: int = option(0, "steps between previews; 0: none", low=0)
    checkpoint_every: int = option(0, "steps between checkpoints; 0: only when interrupted", low=0)
    trace: bool = option(False, "write the losses of every step as JSON lines")
