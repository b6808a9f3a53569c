"""The rehearsal: whether pictures can be written is found out before hours of drawing."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from vqclip.config.job import Job
from vqclip.config.option import plain
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes, OutputError
from vqclip.machine.device import Processor
from vqclip.outputs import recipe as recipes
from vqclip.outputs.names import check_folder, existing_folder
from vqclip.outputs.recipe import Recipe

HASHES = {f"the name of model {number}": "0" * 64 for number in range(12)}
"""Stand for the hashes of weights, which are not known before they are loaded; rather too many."""
PROCESSOR = Processor(999, "the name of an architecture and an instruction set")
"""Stands for the CPU, as the hashes do."""
FEWEST_BYTES = {"png": 1.0, "webp": 0.5, "jpg": 0.2}
"""Bytes per pixel of a file that a picture will hardly fall below."""
RESERVE = 1 << 20
"""Bytes of a disk that are left for small files."""
SHOWN = 12
"""Mistakes that are listed."""


def rehearse(jobs: Sequence[Job], names: Sequence[str]) -> None:
    """Encode a blank picture with the recipe of every job.

    Args:
        jobs: jobs of one or more pictures.
        names: name of each picture, for messages.

    Raises:
        ConfigError: with every mistake: a recipe does not fit into its picture.
    """
    mistakes = Mistakes()
    batches: dict[str, list[tuple[Job, str]]] = {}
    for job, name in zip(jobs, names, strict=True):
        batches.setdefault(job.batch, []).append((job, name))
    for batch in batches.values():
        batch.sort(key=lambda pair: _length(pair[0]), reverse=True)
        for job, name in batch:  # what the longest prompts fit into, the others do
            found = _mistakes_of(job, name)
            mistakes.add(*found)
            if not found:
                break
    left_out = len(mistakes.messages) - SHOWN
    if left_out > 0:
        raise ConfigError([*mistakes.messages[:SHOWN], f"and {left_out} more of this kind"])
    mistakes.check()


def _length(job: Job) -> float:
    """Return the bytes of the prompts of a job; infinity where they are not Unicode."""
    texts = [prompt.content for prompt in job.prompts]
    return sum(len(text.encode()) if _is_unicode(text) else math.inf for text in texts)


def _mistakes_of(job: Job, name: str) -> list[str]:
    """Encode a blank picture with the recipe of a job; return why that is not possible."""
    settings = job.config.output
    config = job.whole()
    pictures = dict.fromkeys(config.pictures(), "0" * 64)
    recipe = Recipe(config, HASHES, recipes.versions(), "cpu", pictures, PROCESSOR)
    blank = Image.new("RGB", (16, 16))
    try:
        recipes.encode(blank, recipe, format=settings.format, quality=settings.quality)
    except UnicodeEncodeError:
        return _not_unicode(recipe.config)
    except ValueError:  # a JPEG holds 64 kB beside the picture
        size = len(recipe.to_json().encode()) / 1000
        return [
            f"{name}: a recipe of {size:.0f} kB does not fit into a JPEG: shorten the prompts, or "
            "choose output.format=png or webp"
        ]
    return []


def check_space(folder: Path, configs: Sequence[Config]) -> None:
    """Make sure that a folder can be written to, and that its disk is not evidently too full.

    Args:
        folder: folder of the pictures, which need not exist.
        configs: configuration of each picture.

    Raises:
        OutputError: it cannot be written to, or the disk is too full.
    """
    check_folder(folder)
    needed = RESERVE + sum(
        config.width * config.height * FEWEST_BYTES[config.output.format] for config in configs
    )
    try:
        free = shutil.disk_usage(existing_folder(folder)).free
    except OSError:  # no sign of a full disk
        return
    if free < needed:
        raise OutputError(
            f"{folder} cannot take {len(configs)} pictures of at least {needed / 1e6:.1f} MB: only "
            f"{free / 1e6:.1f} MB of its disk are free"
        )


def _not_unicode(config: Config) -> list[str]:
    """Return a sentence for every text of a configuration that is not Unicode."""
    return [
        f"{key}: {text!a} is not UTF-8, and cannot be kept in the picture's recipe: rename it"
        for key, text in _texts(plain(config), "")
        if not _is_unicode(text)
    ]


def _texts(value: object, key: str) -> list[tuple[str, str]]:
    """Return every text in tables and lists, with its dotted key."""
    if isinstance(value, str):
        return [(key, value)]
    if isinstance(value, dict):
        start = f"{key}." if key else ""
        return [pair for name, own in value.items() for pair in _texts(own, f"{start}{name}")]
    if isinstance(value, list):
        return [pair for own in value for pair in _texts(own, key)]
    return []


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
