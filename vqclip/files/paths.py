"""Paths as a user writes them: `~` is the home folder, and names no file can have are refused."""

from __future__ import annotations

import os
import re
from pathlib import Path

from vqclip.errors import ConfigError, shown

LONGEST_NAME, LONGEST_PATH = 255, 4095
"""Bytes of a name and of a path, on every common file system."""


def check_path(text: str) -> None:
    """Check that a path may exist, whether it does or not.

    Raises:
        ConfigError: no file can have it.
    """
    if "\0" in text:
        raise ConfigError(f"{shown(text)} is no path: no file name has a zero byte")
    try:
        names = [os.fsencode(name) for name in text.replace("\\", "/").split("/")]
    except UnicodeEncodeError as error:
        raise ConfigError(f"{shown(text)} is no path: it has half a character") from error
    longest, whole = max(map(len, names)), sum(map(len, names)) + len(names) - 1
    if longest > LONGEST_NAME:
        raise ConfigError(
            f"{shown(text)} is no path: a name in it has {longest} bytes, and a file name has at "
            f"most {LONGEST_NAME}"
        )
    if whole > LONGEST_PATH:
        raise ConfigError(
            f"{shown(text)} is no path: it has {whole} bytes, and a path has at most {LONGEST_PATH}"
        )


def user_path(text: str | Path) -> Path:
    """Return the path that a user wrote, `~` replaced by the home folder.

    Raises:
        ConfigError: no file can have it.
    """
    check_path(str(text))
    return Path(os.path.expanduser(text))


def natural_key(path: Path) -> list[tuple[str, int]]:
    """Return what sorts names as people count: frame2 before frame10."""
    parts = re.findall(r"(\D*)(\d{0,4000})", path.name.lower())
    return [(text, int(digits or -1)) for text, digits in parts]


def is_folder(text: str) -> bool:
    """Return whether a text names a folder; one that no file can have names none."""
    try:
        return user_path(text).is_dir()
    except (ConfigError, OSError):
        return False


def is_file(text: str | Path) -> bool:
    """Return whether a text names a file; one that no file can have names none."""
    try:
        return user_path(text).is_file()
    except (ConfigError, OSError):
        return False
