"""Whether everything is there that pictures are drawn from, before any model is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.errors import ImageError, Mistakes
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.schema import Config

NVIDIA = Path("/dev/nvidiactl")
"""Exists where there is a GPU of CUDA."""


def check_inputs(jobs: Sequence[Job]) -> None:
    """Make sure that every file exists that jobs are drawn from, and that pictures can be read.

    Raises:
        ConfigError: with every file that does not exist or is no picture.
    """
    from vqclip.config.namedfiles import missing_inputs
    from vqclip.files.images import load_image

    mistakes = Mistakes()
    configs = [job.whole() for job in {(job.prompts, id(job.config)): job for job in jobs}.values()]
    mistakes.add(*(text for config in configs for text in missing_inputs(config)))
    names = dict.fromkeys(name for config in configs for name in config.pictures())
    for path in map(user_path, names):
        if path.is_file():
            try:
                load_image(path)
            except ImageError as error:
                mistakes.add(str(error))
    mistakes.check()


def memory_line(config: Config) -> str:
    """Return how much memory a picture needs, as far as that is known; empty if it is not.

    Raises:
        ConfigError: this machine has less.
    """
    from vqclip.machine.memory import reachable_bytes
    from vqclip.runs.footprint import check_footprint, footprint_of

    footprint, free = footprint_of(config), reachable_bytes()
    if footprint is None:
        return ""
    if config.device == "cpu" or (config.device == "auto" and not NVIDIA.exists()):
        check_footprint(footprint, config, free, "this machine")
    return (
        f"memory of a picture: at least {footprint.total / 1e9:.2g} GB; "
        f"{free / 1e9:.2g} GB are free on this machine"
    )
