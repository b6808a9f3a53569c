"""The type of every argument and option of the command line that is a path."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from vqclip.files.paths import user_path


def path(text: str) -> Path:
    """Read a path; the help names its type by this function.

    Raises:
        ConfigError: no file can have it.
    """
    return user_path(text)


def dropped(text: str) -> Path:
    """Read a path as a file manager drops it on a terminal: quoted, escaped, or as an address.

    Raises:
        ConfigError: no file can have it.
    """
    written = text.strip()
    if written.startswith("file://"):
        written = url2pathname(unquote(urlsplit(written).path, errors="surrogateescape"))
    plain = [text, written, written.strip("'\""), ESCAPED.sub(r"\1", written)]
    for candidate in plain[:-1]:
        if user_path(candidate).exists():
            return user_path(candidate)
    return user_path(plain[-1] if user_path(plain[-1]).exists() else written)


PATH, DROPPED = path, dropped
ESCAPED = re.compile(r"\\(.)")
"""A character that a shell would take for its own."""
