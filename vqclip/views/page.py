"""The matches of a search, as a contact sheet and as a page for the browser."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vqclip.errors import Mistakes, VqclipError
from vqclip.files.atomic import write
from vqclip.outputs import recipe as recipes
from vqclip.perception.folders import printable
from vqclip.perception.matches import Match
from vqclip.views.browser import PicturePage, embedded
from vqclip.views.tiles import contact_sheet, encode, thumbnail, tile

TILE = 180
"""Side of a small picture on a sheet, in pixels."""
SIDE = 512
"""Longer side of a picture on a page, in pixels."""
NAME_LENGTH = 100
"""Characters of a name below a small picture."""
LARGEST_SHEET = 1000
"""Pictures on a sheet."""
SHEETS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
PAGES = (".html", ".htm")


def check_files(sheet: Path | None, page: Path | None, *, top: int, overwrite: bool) -> None:
    """Check that a sheet and a page of at most `top` pictures can be written.

    Raises:
        ConfigError: with every mistake.
    """
    mistakes = Mistakes()
    for path, kind, suffixes in ((sheet, "sheet", tuple(SHEETS)), (page, "page", PAGES)):
        if path is None:
            continue
        if path.suffix.lower() not in suffixes:
            mistakes.add(f"a {kind} is a file {', '.join(suffixes)}, not {printable(path)}")
        elif path.is_dir() or (path.exists() and not overwrite):
            mistakes.add(f"{printable(path)} already exists: give another name, or --overwrite")
    if sheet is not None and top > LARGEST_SHEET:
        mistakes.add(f"a sheet holds at most {LARGEST_SHEET} pictures, not {top}; a page, any")
    mistakes.check()


def write_sheet(path: Path, matches: Sequence[Match]) -> None:
    """Write small pictures in rows, best first, each above its rank, score and name.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    tiles = [tile(match.path, TILE) for match in matches]
    captions = [
        f"{rank}.  {match.score:.3f} {_short_name(match.path)}"
        for rank, match in enumerate(matches, start=1)
    ]
    sheet = contact_sheet(tiles, captions)
    write(path, encode(sheet, SHEETS[path.suffix.lower()]))


def write_page(path: Path, matches: Sequence[Match], *, title: str) -> None:
    """Write an HTML page that needs no other file but links to the pictures, best first.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    entries = [_entry(match, rank, path) for rank, match in enumerate(matches, start=1)]
    page = PicturePage(name=title, pictures=entries).render()
    write(path, page.encode("utf-8", "backslashreplace"))


def _entry(match: Match, rank: int, page: Path) -> dict[str, Any]:
    """Return what the page knows of a match; its recipe, if it is a picture of this program."""
    image = thumbnail(match.path, SIDE)
    name = printable(match.path)
    entry: dict[str, Any] = {
        "name": name,
        "file": name,
        "address": _link(match.path, page),
        "labels": {},
        "prompts": None,
        "seed": None,
        "score": match.score,
        "rank": rank,
        "kept": True,
        "image": embedded(image),
        "width": image.width,
        "height": image.height,
    }
    with suppress(VqclipError):
        config = recipes.read(match.path).config
        prompts = " | ".join(map(str, config.all_prompts()))
        command = f"vqclip replay {shlex.quote(name)}"
        entry |= {"prompts": prompts, "seed": config.seed, "command": command}
        entry["recipe"] = config.to_dict()
    return entry


def _short_name(path: Path) -> str:
    """Return the name of a file, without its middle if it is long."""
    name = printable(Path(path.name))
    half = (NAME_LENGTH - 3) // 2
    return name if len(name) <= NAME_LENGTH else f"{name[:half]}...{name[-half:]}"


def _link(path: Path, page: Path) -> str:
    """Return the address of a picture from a page: relative, so that both can move together."""
    try:
        beside = os.path.relpath(path.absolute(), page.absolute().parent)
    except ValueError:  # on Windows, another drive
        return path.absolute().as_uri()
    return "./" + quote(os.fsencode(beside.replace(os.sep, "/")))
