"""The type of every argument and option of the command line that is a path."""

from __future__ import annotations

from pathlib import Path

from vqclip.files.paths import user_path


def path(text: str) -> Path:
    """Read a path; the help names its type by this function.

    Raises:
        ConfigError: no file can have it.
    """
    return user_path(text)


PATH = path
