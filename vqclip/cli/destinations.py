"""Where pictures go, as it is typed: a folder, or the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from vqclip.errors import ConfigError, shown

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.layers import Assignment

UNWRITTEN = (".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".svg", ".jp2", ".jxl")
"""Suffixes of pictures that are not written."""


def output_assignments(output: str | None) -> list[Assignment]:
    """Read a folder, or the file of a picture, whose suffix is its format.

    Raises:
        ConfigError: it is a picture of a format that is not written.
    """
    from vqclip.config.choices import FORMAT_OF
    from vqclip.config.layers import Assignment

    if output is None:
        return []
    path = PurePath(output)
    suffix = path.suffix.lower()
    if suffix in UNWRITTEN:
        raise ConfigError(
            f"--output: {shown(output)}: pictures are written as {', '.join(FORMAT_OF)}"
        )
    if suffix not in FORMAT_OF:
        return [Assignment("output.folder", output, "--output")]
    table = {"folder": str(path.parent), "name": path.name, "format": FORMAT_OF[suffix]}
    return [Assignment(f"output.{key}", value, "--output") for key, value in table.items()]


def check_is_folder(output: str | None) -> None:
    """Refuse the file of a picture where a folder is needed.

    Raises:
        ConfigError: it is one.
    """
    from vqclip.config.choices import FORMAT_OF

    if output is not None and PurePath(output).suffix.lower() in (*FORMAT_OF, *UNWRITTEN):
        raise ConfigError(f"--output: is the folder of the series, not the file {shown(output)}")


def with_seeds_in_names(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Put the seed into the name that several pictures share."""
    from vqclip.config.job import SEED

    name = jobs[0].config.output.name
    if len(jobs) < 2 or name is None or SEED in name:
        return tuple(jobs)
    path = PurePath(name)
    output = replace(jobs[0].config.output, name=f"{path.stem}_s{SEED}{path.suffix}")
    config = replace(jobs[0].config, output=output)
    return tuple(replace(job, config=config) for job in jobs)
