"""Pictures at addresses among the inputs of jobs: brought beside the pictures they are for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vqclip.config.job import Job
from vqclip.errors import ConfigError, ImageError
from vqclip.files.paths import user_path
from vqclip.models.fetch.remotepicture import download_picture, is_address

INPUTS = "inputs"
"""Folder, beside the pictures, of what was downloaded for them."""


def placed(jobs: Sequence[Job]) -> list[Job]:
    """Return jobs whose pictures lie on this computer; recipes then name and hash the copies.

    Raises:
        ConfigError: with every address that gives no picture.
        OutputError: the folder cannot be written to.
    """
    wholes = [job.whole() for job in jobs]
    names = dict.fromkeys(name for config in wholes for name in config.pictures())
    if not any(map(is_address, names)):
        return list(jobs)
    folder = Path(jobs[0].config.output.folder) / INPUTS
    found: dict[str, str] = {name: name for name in names}
    mistakes = []
    for name in filter(is_address, names):
        try:
            copy = download_picture(name, user_path(folder))
            found[name] = str(folder / copy.name)
        except ImageError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError(mistakes)
    return [Job.of(config.with_pictures(found)) for config in wholes]
