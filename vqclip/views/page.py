"""The matches of a search, as a contact sheet and as a page for the browser."""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from vqclip.errors import Mistakes
from vqclip.files.atomic import write
from vqclip.perception.folders import printable
from vqclip.perception.matches import Match
from vqclip.views.tiles import contact_sheet, encode, thumbnail, tile

TILE = 180
"""Side of a small picture, in pixels."""
NAME_LENGTH = 100
"""Characters of a name below a small picture."""
LARGEST_SHEET = 1000
"""Pictures on a sheet."""
SHEETS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
PAGES = (".html", ".htm")
STYLE = """body{font:15px/1.4 system-ui,sans-serif;margin:2rem;background:#fff;color:#222}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:1.2rem}
figure{margin:0}img{max-width:100%;height:auto;border-radius:4px}
figcaption{overflow-wrap:anywhere;font-size:13px}b{font-variant-numeric:tabular-nums}"""


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
    figures = []
    for rank, match in enumerate(matches, start=1):
        name, link = html.escape(printable(match.path)), html.escape(_link(match.path, path))
        source = _data(thumbnail(match.path, TILE))
        figures.append(
            f'<figure><a href="{link}"><img src="{source}" alt="{name}"></a>'
            f"<figcaption>{rank}. <b>{match.score:.3f}</b> {name}</figcaption></figure>"
        )
    text = "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>",
            f"<body><h1>{html.escape(title)}</h1><main>",
            *figures,
            "</main></body></html>\n",
        ]
    )
    write(path, text.encode("utf-8", "backslashreplace"))


def _short_name(path: Path) -> str:
    """Return the name of a file, without its middle if it is long."""
    name = printable(Path(path.name))
    half = (NAME_LENGTH - 3) // 2
    return name if len(name) <= NAME_LENGTH else f"{name[:half]}...{name[-half:]}"


def _data(image: Image.Image) -> str:
    content = base64.b64encode(encode(image, "JPEG", quality=88)).decode("ascii")
    return f"data:image/jpeg;base64,{content}"


def _link(path: Path, page: Path) -> str:
    """Return the address of a picture from a page: relative, so that both can move together."""
    try:
        beside = os.path.relpath(path.absolute(), page.absolute().parent)
    except ValueError:  # on Windows, another drive
        return path.absolute().as_uri()
    return "./" + quote(os.fsencode(beside.replace(os.sep, "/")))
