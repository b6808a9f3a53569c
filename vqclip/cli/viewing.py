"""Showing finished pictures: in the terminal, or with the program that the system has for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.cli.console import say

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SHOWN = 8
"""Pictures that are shown; more would flood the screen."""
COLUMNS = 48
"""Of half blocks."""


def open_files(paths: Sequence[Path]) -> None:
    """Show files with the programs of the system, or say that there are none."""
    for path in paths[:MOST_SHOWN]:
        if not _open(path):
            say("note: this system has no program that shows pictures here: --preview shows them "
                "in the terminal")  # fmt: skip
            return
    if len(paths) > MOST_SHOWN:
        say(f"note: --open shows the first {MOST_SHOWN} of {len(paths)}")


def _open(path: Path) -> bool:
    if sys.platform == "win32":
        os.startfile(path)
        return True
    program = "open" if sys.platform == "darwin" else "xdg-open"
    has_screen = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if shutil.which(program) is None or not has_screen:
        return False
    subprocess.Popen(
        [program, str(path.absolute())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


def shows_pictures() -> bool:
    """Return whether stderr is a terminal that shows pixels, and not characters alone."""
    from vqclip.views.terminal import protocol_of

    return sys.stderr.isatty() and protocol_of(os.environ) != "blocks"


def show_in_terminal(image: Image, *, columns: int = COLUMNS) -> None:
    """Print a picture on stderr, in the way that the terminal has."""
    from vqclip.views.terminal import drawn, protocol_of

    protocol = protocol_of(os.environ) if sys.stderr.isatty() else "blocks"
    width = min(columns, shutil.get_terminal_size().columns)
    say(drawn(image, protocol, columns=width))


def show_files(paths: Sequence[Path]) -> None:
    """Print pictures on stderr, the first ones of many."""
    from vqclip.files.images import load_image

    for path in paths[:MOST_SHOWN]:
        show_in_terminal(load_image(path))
