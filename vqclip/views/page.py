"""What a search found, as a contact sheet and as a page for the browser."""

from __future__ import annotations

import base64
import html
import math
import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageOps

from vqclip.files import write
from vqclip.images import WHITE, contact_sheet, load_image
from vqclip.perception.answers import Match
from vqclip.perception.folders import shown

TILE = 180
"""Side of a small picture, in pixels."""
LABEL = 26
"""Characters of a name that fit below it."""
LARGEST_SHEET = 1000
SHEETS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
PAGES = (".html", ".htm")
STYLE = """body{font:15px/1.4 system-ui,sans-serif;margin:2rem;background:#fff;color:#222}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:1.2rem}
figure{margin:0}img{max-width:100%;height:auto;border-radius:4px}
figcaption{overflow-wrap:anywhere;font-size:13px}b{font-variant-numeric:tabular-nums}"""


def target_problems(
    sheet: Path | None, page: Path | None, *, top: int, overwrite: bool
) -> list[str]:
    """Return what keeps a sheet and a page from being written, one sentence each."""
    problems = []
    for path, kind, suffixes in ((sheet, "sheet", tuple(SHEETS)), (page, "page", PAGES)):
        if path is None:
            continue
        if path.suffix.lower() not in suffixes:
            problems.append(f"a {kind} is a file {', '.join(suffixes)}, not {shown(path)}")
        elif path.is_dir() or (path.exists() and not overwrite):
            problems.append(f"{shown(path)} is there already: name another, or say --overwrite")
    if sheet is not None and top > LARGEST_SHEET:
        problems.append(f"a sheet holds at most {LARGEST_SHEET} pictures, not {top}; a page, any")
    return problems


def write_sheet(path: Path, matches: Sequence[Match]) -> None:
    """Write small pictures in rows, best first, each above its rank, score and name.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    tiles = [ImageOps.pad(_small(match.path), (TILE, TILE), color=WHITE) for match in matches]
    labels = [f"{rank}.  {one.score:.3f} {_short(one.path)}" for rank, one in _ranked(matches)]
    columns = min(len(tiles), max(5, math.ceil(math.sqrt(len(tiles)))))
    buffer = BytesIO()
    sheet = contact_sheet(tiles, labels, columns=columns)
    sheet.save(buffer, format=SHEETS[path.suffix.lower()])
    write(path, buffer.getvalue())


def write_page(path: Path, matches: Sequence[Match], *, title: str) -> None:
    """Write an HTML page that needs no other file but links to the pictures, best first.

    Raises:
        ImageError: a picture can no longer be read.
        OutputError: the file cannot be written.
    """
    figures = []
    for rank, match in _ranked(matches):
        name, link = html.escape(shown(match.path)), html.escape(_link(match.path, path))
        figures.append(
            f'<figure><a href="{link}"><img src="{_data(_small(match.path))}" alt="{name}"></a>'
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


def _ranked(matches: Sequence[Match]) -> list[tuple[int, Match]]:
    return list(enumerate(matches, start=1))


def _small(path: Path) -> Image.Image:
    return ImageOps.contain(load_image(path), (TILE, TILE), Image.Resampling.LANCZOS)


def _short(path: Path) -> str:
    name = shown(Path(path.name)).replace(" ", "\u00a0")
    half = (LABEL - 3) // 2
    return name if len(name) <= LABEL else f"{name[:half]}...{name[-half:]}"


def _data(image: Image.Image) -> str:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=88)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _link(path: Path, page: Path) -> str:
    """Return the address of a picture from a page: relative, so that both can move together."""
    try:
        beside = os.path.relpath(path.absolute(), page.absolute().parent)
    except ValueError:  # on Windows, another drive
        return path.absolute().as_uri()
    return "./" + quote(os.fsencode(beside.replace(os.sep, "/")))
