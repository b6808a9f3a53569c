"""Palettes: the few colors a picture may have, from a list, a name, a file or another picture.

Recipes hold the colors themselves, so that a picture needs neither the file nor the name again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.scalars import NULLS
from vqclip.errors import ConfigError, did_you_mean, shown
from vqclip.files.paths import check_path, user_path

Color = tuple[int, int, int]
"""Red, green and blue from 0 to 255."""

MOST = 256
"""Colors of a palette."""
TAKEN = 8
"""Colors taken from a picture, unless it says how many."""
LONGEST_FILE = 1_000_000
"""Bytes of a palette file."""
HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
FROM = re.compile(r"from\s+(.+?)(?:\s+(\d{1,4}))?", re.IGNORECASE)
NAMED = {
    "bw": "000000 ffffff",
    "gray4": "000000 555555 aaaaaa ffffff",
    "sepia": "2b1d0e 6b4423 a67b5b d9b88f f7ecd8",
    "gameboy": "0f380f 306230 8bac0f 9bbc0f",
    "cga": "000000 55ffff ff55ff ffffff",
    "ega": "000000 0000aa 00aa00 00aaaa aa0000 aa00aa aa5500 aaaaaa "
    "555555 5555ff 55ff55 55ffff ff5555 ff55ff ffff55 ffffff",
    "pico8": "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 "
    "ff004d ffa300 ffec27 00e436 29adff 83769c ff77a8 ffccaa",
    "c64": "000000 ffffff 68372b 70a4b2 6f3d86 588d43 352879 b8c76f "
    "6f4f25 433900 9a6759 444444 6c6c6c 9ad284 6c5eb5 959595",
}
"""Palettes by name: two and four grays, old photographs, and the screens of old machines."""


@dataclass(frozen=True)
class Palette:
    """Two or more different colors, in their order."""

    colors: tuple[Color, ...]

    def to_plain(self) -> list[str]:
        """Return the colors as #rrggbb."""
        return ["#{:02x}{:02x}{:02x}".format(*color) for color in self.colors]


def palette(value: object) -> Palette:
    """Read colors, the name of a palette, a file, or `from PICTURE` with a number of colors.

    Raises:
        ConfigError: it is none of them, or has fewer than 2 colors or more than 256.
    """
    if isinstance(value, Palette):
        return value
    if isinstance(value, (list, tuple)):
        colors = [color_of(entry) for entry in value]
    elif isinstance(value, str) and value not in NULLS:
        colors = _of_text(value.strip())
    else:
        raise ConfigError(f"a palette is colors, a name or a file, not {shown(value)}")
    distinct = tuple(dict.fromkeys(colors))
    if not 2 <= len(distinct) <= MOST:
        raise ConfigError(
            f"a palette has 2 to {MOST} different colors, not {len(distinct)}: {shown(value)}"
        )
    return Palette(distinct)


def color_of(value: object) -> Color:
    """Read a color: #rrggbb, #rgb, the same without #, or a name of CSS such as navy.

    Raises:
        ConfigError: it is none.
    """
    text = str(value).strip()
    if match := HEX.fullmatch(text):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    from PIL.ImageColor import colormap, getrgb  # a moment that few configurations need

    if text.lower() not in colormap:
        raise ConfigError(
            f"{shown(text)} is no color: allowed are #rrggbb and the names of CSS"
            f"{did_you_mean(text.lower(), colormap)}"
        )
    return getrgb(text.lower())[:3]


def _of_text(text: str) -> list[Color]:
    """Read the colors of a name, a file, a picture, or a list with commas."""
    if text in NAMED:
        return [color_of(digits) for digits in NAMED[text].split()]
    if match := FROM.fullmatch(text):
        count = TAKEN if match[2] is None else int(match[2])
        if not 2 <= count <= MOST:
            raise ConfigError(f"a palette has 2 to {MOST} different colors, not {count}")
        return _of_picture(_existing(match[1]), count)
    if "," in text:
        return [color_of(part) for part in text.split(",")]
    if not Path(text).suffix and "/" not in text:
        raise ConfigError(
            f"{shown(text)} is no palette: allowed are a list of colors, {', '.join(NAMED)}, the "
            f"path of a file ({', '.join(READERS)}), or `from PICTURE`{did_you_mean(text, NAMED)}"
        )
    return _of_file(_existing(text))


def _of_file(path: Path) -> list[Color]:
    """Read a palette file, or the colors of a picture."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        return _of_picture(path, MOST)
    if path.stat().st_size > LONGEST_FILE:
        raise ConfigError(f"{path} is too large for a palette")
    try:
        return read(path)
    except (OSError, ValueError, ConfigError) as error:
        raise ConfigError(f"the palette {path} cannot be read: {error}") from error


def _existing(text: str) -> Path:
    check_path(text)
    path = user_path(text)
    if not path.is_file():
        raise ConfigError(f"there is no palette or picture {text}")
    return path


def _of_picture(path: Path, count: int) -> list[Color]:
    """Return the colors of a picture: all, or as many as stand for it best."""
    from PIL import Image

    try:
        with Image.open(path) as file:
            image = file.convert("RGB")
    except Exception as error:  # Pillow's readers raise what a broken file makes of them
        raise ConfigError(f"{path} is no palette and no picture that can be read") from error
    found = image.getcolors(count)
    if found is None:
        image.thumbnail((512, 512))
        image = image.quantize(count, Image.Quantize.MEDIANCUT, kmeans=2).convert("RGB")
        found = image.getcolors(count) or []
    ordered = sorted(found, key=lambda entry: (-entry[0], entry[1]))
    return [(color[0], color[1], color[2]) for _, color in ordered if isinstance(color, tuple)]


def _of_hex(path: Path) -> list[Color]:
    lines = path.read_text(encoding="utf-8").split()
    return [color_of(line) for line in lines]


def _of_rows(path: Path) -> list[Color]:
    """Read rows of three numbers, as GIMP's palettes and JASC's have them, and skip the rest."""
    rows = [line.split()[:3] for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [[int(part) for part in row] for row in rows if len(row) == 3 and _digits(row)]
    if any(number > 255 for row in numbers for number in row):
        raise ValueError("a color has a number above 255")
    return [(red, green, blue) for red, green, blue in numbers]


def _digits(row: Sequence[str]) -> bool:
    return all(re.fullmatch(r"\d{1,9}", part) for part in row)


def _of_act(path: Path) -> list[Color]:
    """Read Adobe's color table: 256 colors of three bytes, and perhaps how many of them count."""
    content = path.read_bytes()
    if len(content) not in (768, 772):
        raise ValueError("a color table has 768 or 772 bytes")
    count = int.from_bytes(content[768:770], "big") if len(content) == 772 else MOST
    return [(content[k], content[k + 1], content[k + 2]) for k in range(0, 3 * min(count, MOST), 3)]


READERS: dict[str, Callable[[Path], list[Color]]] = {
    ".hex": _of_hex,
    ".txt": _of_hex,
    ".gpl": _of_rows,
    ".pal": _of_rows,
    ".act": _of_act,
}
"""Readers of palette files by their suffixes; any other file is a picture."""
