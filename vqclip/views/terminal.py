"""Pictures in a terminal: by the protocols of kitty, iTerm2 and sixel, or as half blocks.

Sources: https://sw.kovidgoyal.net/kitty/graphics-protocol/,
https://iterm2.com/documentation-images.html, and DEC's sixel, https://vt100.net/docs/vt3xx-gp/.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from PIL import Image

from vqclip.views.tiles import encode

Protocol = Literal["kitty", "iterm", "sixel", "blocks"]

CHUNK = 4096
"""Characters of a command of kitty's."""
COLORS = 64
"""Of a picture in sixels."""
BAND = 6
"""Rows of pixels of a line of sixels."""
UPPER_HALF = "\u2580"
SMALL = 256
"""Longest side of a picture in pixels, where pixels are shown."""


def protocol_of(environment: Mapping[str, str]) -> Protocol:
    """Return how the terminal of an environment shows pictures; `blocks`, where it says nothing."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if environment.get("TMUX") or term.startswith(("screen", "tmux")):
        return "blocks"  # which pass no pictures on
    if "kitty" in term or environment.get("KITTY_WINDOW_ID") or program == "ghostty":
        return "kitty"
    if program in ("iTerm.app", "WezTerm", "vscode"):
        return "iterm"
    return "sixel" if term.startswith(("foot", "mlterm")) or "sixel" in term else "blocks"


def drawn(image: Image.Image, protocol: Protocol, *, columns: int) -> str:
    """Return what a terminal shows as a picture.

    Args:
        image: RGB.
        protocol: how the terminal shows pictures.
        columns: of half blocks; the other protocols show pixels.
    """
    if protocol == "blocks":
        return half_blocks(image, columns)
    small = image.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    writers: dict[str, Callable[[Image.Image], str]] = {
        "kitty": _kitty,
        "iterm": _iterm,
        "sixel": _sixel,
    }
    return writers[protocol](small)


def half_blocks(image: Image.Image, columns: int) -> str:
    """Return lines of upper half blocks: two pixels a character, in colors of 24 bits."""
    width = min(columns, image.width)
    height = max(2, round(image.height * width / image.width) // 2 * 2)
    small = image.convert("RGB").resize((width, height), Image.Resampling.BOX)
    pixels = small.tobytes()
    lines = []
    for y in range(0, height, 2):
        cells = []
        for x in range(width):
            upper, lower = ((row * width + x) * 3 for row in (y, y + 1))
            ink, paper = (";".join(map(str, pixels[k : k + 3])) for k in (upper, lower))
            cells.append(f"\x1b[38;2;{ink};48;2;{paper}m{UPPER_HALF}")
        lines.append("".join(cells) + "\x1b[0m")
    return "\n".join(lines)


def _kitty(image: Image.Image) -> str:
    data = base64.b64encode(encode(image, "PNG")).decode()
    parts = [data[k : k + CHUNK] for k in range(0, len(data), CHUNK)]
    commands = []
    for index, part in enumerate(parts):
        keys = "a=T,f=100," if index == 0 else ""
        commands.append(f"\x1b_G{keys}m={int(index < len(parts) - 1)};{part}\x1b\\")
    return "".join(commands)


def _iterm(image: Image.Image) -> str:
    content = encode(image, "PNG")
    data = base64.b64encode(content).decode()
    return f"\x1b]1337;File=inline=1;size={len(content)};preserveAspectRatio=1:{data}\x07"


def _sixel(image: Image.Image) -> str:
    indexed = image.convert("RGB").quantize(COLORS)
    palette = (indexed.getpalette() or [])[: COLORS * 3]
    levels = [round(level * 100 / 255) for level in palette]  # in percent
    colors = "".join(
        f"#{k};2;{levels[3 * k]};{levels[3 * k + 1]};{levels[3 * k + 2]}"
        for k in range(len(levels) // 3)
    )
    bands = "-".join(_band(indexed, top) for top in range(0, indexed.height, BAND))
    return f'\x1bPq"1;1;{image.width};{image.height}{colors}{bands}\x1b\\'


def _band(image: Image.Image, top: int) -> str:
    """Return six rows of pixels: for each color, a character a column says where it is."""
    width, pixels = image.width, image.tobytes()
    rows = [pixels[y * width : (y + 1) * width] for y in range(top, min(top + BAND, image.height))]
    lines = []
    for color in sorted(set(b"".join(rows))):
        bits = [sum((row[x] == color) << k for k, row in enumerate(rows)) for x in range(width)]
        lines.append(f"#{color}{''.join(_runs(bits))}")
    return "$".join(lines)


def _runs(bits: list[int]) -> Iterator[str]:
    """Yield characters of sixels, repeated ones with their number."""
    start = 0
    for end in range(1, len(bits) + 1):
        if end == len(bits) or bits[end] != bits[start]:
            count, character = end - start, chr(63 + bits[start])
            yield f"!{count}{character}" if count > 3 else character * count
            start = end
