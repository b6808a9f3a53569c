"""The enclosure: no file outside of the output folder is read, written or shown by the page."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from vqclip.errors import ConfigError, OutputError, shown
from vqclip.files.paths import check_path

PRIVATE = ".web"
"""Folder of the page's own files, within the output folder."""
UPLOADS = "uploads"
KEPT_NAME = re.compile(r"(sheet-)?[0-9a-f]{12,20}\.png")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Files that are shown as pictures."""


class Enclosure:
    """The output folder, and the names within it.

    Args:
        root: the folder, which exists.
    """

    def __init__(self, root: Path) -> None:
        self.given = root
        """The folder as the user wrote it, as recipes name it."""
        self.root = Path(os.path.realpath(root))

    def own(self, *names: str) -> Path:
        """Return the path of one of the page's own files."""
        return self.root.joinpath(PRIVATE, *names)

    def picture(self, name: str) -> Path:
        """Return the path of a picture by its name, such as `series/a-fox_s0.png`.

        Raises:
            OutputError: there is none of that name, whatever the reason: it says nothing of what
                lies elsewhere.
        """
        parts = name.split("/")
        refused = OutputError(f"there is no picture {shown(name)}")
        if any(not part or part.startswith(".") or "\\" in part for part in parts):
            raise refused
        path = self.root.joinpath(*parts)
        try:
            check_path(str(path))
        except ConfigError as error:
            raise refused from error
        if not self._is_plain(path) or path.suffix.lower() not in SUFFIXES:
            raise refused
        return path

    def kept(self, folder: str, name: str) -> Path:
        """Return the path of an uploaded picture, or of a sheet, by its name.

        Raises:
            OutputError: there is none of that name.
        """
        path = self.own(folder, name)
        if not KEPT_NAME.fullmatch(name) or not self._is_plain(path):
            raise OutputError(f"there is no picture {shown(name)}")
        return path

    def name(self, path: Path) -> str:
        """Return the name of a picture, from its path."""
        return path.relative_to(self.root).as_posix()

    def source(self, text: str) -> Path:
        """Return the path of a picture that a configuration names: below the folder, or uploaded.

        Raises:
            ConfigError: it lies elsewhere, is no regular file, or does not exist.
        """
        check_path(text)
        path = Path(os.path.realpath(text))
        hidden = [part for part in path.parts[len(self.root.parts) :] if part.startswith(".")]
        uploaded = path.is_relative_to(self.own(UPLOADS)) and hidden == [PRIVATE]
        inside = path.is_relative_to(self.root) and (uploaded or not hidden)
        if not inside or not self._is_plain(path):
            raise ConfigError(
                f"the picture {shown(text)} is not in the output folder: upload it, or choose one "
                "of the gallery"
            )
        return path

    def _is_plain(self, path: Path) -> bool:
        """Say whether a path leads to a regular file without any symbolic link."""
        try:
            return Path(os.path.realpath(path)) == path and stat.S_ISREG(path.lstat().st_mode)
        except (OSError, ValueError):
            return False
