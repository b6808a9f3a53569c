"""Fonts for every script: Pillow's own, those of the extra `fonts`, and those of the system."""

from __future__ import annotations

import importlib.util
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from vqclip.views.direction import reordered

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
"""Packages whose folders hold the fonts of Noto."""
REGULAR = 400
PROBE = 32
"""Size of letters in pixels at which a letter is distinguished from the sign for a missing one."""
STRIKES = (109, 136, 160, 128, 96, 64)
"""Sizes at which fonts of colored pictures come."""
MISSING = "\U0010ffff"
"""A character that no font has."""
QUERY = ("fc-list", ":slant=0", "-f", "%{weight}|%{file}|%{index}|%{charset}\n")
ORDINARY = ("80", "100", "[")
"""Weights as fontconfig writes them: regular, medium, or a range."""
COMMON = (
    *("segoeui.ttf", "seguisym.ttf", "seguiemj.ttf", "YuGothM.ttc", "msgothic.ttc", "msyh.ttc"),
    *("malgun.ttf", "Nirmala.ttc", "Nirmala.ttf", "Arial Unicode.ttf", "Hiragino Sans GB.ttc"),
    *("GeezaPro.ttc", "Kohinoor.ttc", "AppleSDGothicNeo.ttc", "Apple Color Emoji.ttc"),
)
"""Fonts of systems without fontconfig, by file name; Pillow knows their folders."""

Color = tuple[int, int, int]


@dataclass(frozen=True)
class FontFile:
    """A file with a font.

    Attributes:
        path: path, or the name of a file in the system's folders.
        index: number of the font in a collection.
        charset: its characters as fontconfig writes them; empty if unknown.
    """

    path: str
    index: int = 0
    charset: str = ""

    def may_have(self, text: str) -> bool:
        """Return whether the font has all characters of a text, as far as is known."""
        return not self.charset or all(
            any(low <= ord(character) <= high for low, high in self._ranges) for character in text
        )

    @cached_property
    def _ranges(self) -> list[tuple[int, int]]:
        parts = [part.split("-") for part in self.charset.split()]
        return [(int(part[0], 16), int(part[-1], 16)) for part in parts]


class Face:
    """A font at one size.

    Attributes:
        ascent: pixels from the top of a line to the baseline.
    """

    def __init__(self, size: int, file: FontFile | None = None) -> None:
        """Open a font; none: Pillow's own.

        Raises:
            OSError: it cannot be read.
        """
        self._font, self._scale = _open(file, size)
        self._probe, _ = _open(file, PROBE)
        self._known: dict[str, bool] = {}
        self.ascent: int = self._font.getmetrics()[0]

    def has(self, text: str) -> bool:
        """Return whether the font has every visible character of a text."""
        return all(map(self._has, text))

    def _has(self, character: str) -> bool:
        if character not in self._known:
            signs = [_sign(self._probe, shown) for shown in (character, MISSING)]
            self._known[character] = signs[0] != signs[1] and any(signs[0][1])
        return self._known[character]

    def length(self, text: str, *, leftward: bool) -> float:
        """Return the width of a text in pixels."""
        shown, direction = self._as_drawn(text, leftward)
        return self._font.getlength(shown, direction=direction) * self._scale

    def draw(
        self,
        sheet: Image.Image,
        start: tuple[float, float],
        text: str,
        color: Color,
        *,
        leftward: bool,
    ) -> None:
        """Draw a text on a sheet; it starts at the left end of its baseline."""
        shown, direction = self._as_drawn(text, leftward)
        if self._scale == 1:
            ImageDraw.Draw(sheet).text(
                start, shown, fill=color, font=self._font, anchor="ls", direction=direction
            )
            return
        width = max(1, round(self._font.getlength(shown, direction=direction)))
        ascent, descent = self._font.getmetrics()
        picture = Image.new("RGBA", (width, ascent + descent))
        ImageDraw.Draw(picture).text(
            (0, ascent),
            shown,
            font=self._font,
            anchor="ls",
            direction=direction,
            embedded_color=True,
        )
        small = picture.resize(
            [max(1, round(side * self._scale)) for side in picture.size], Image.Resampling.LANCZOS
        )
        left, base = start
        sheet.paste(small, (round(left), round(base - ascent * self._scale)), small)

    def _as_drawn(self, text: str, leftward: bool) -> tuple[str, str | None]:
        """Return a text as Pillow should get it, and its direction where Pillow joins letters."""
        if self._font.layout_engine == ImageFont.Layout.RAQM:
            return text, "rtl" if leftward else "ltr"
        return (reordered(text) if leftward else text), None


def _open(file: FontFile | None, size: int) -> tuple[ImageFont.FreeTypeFont, float]:
    """Return a font, and the factor that brings it to the size."""
    if file is None:
        font = ImageFont.load_default(size=size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise OSError("this Pillow has no FreeType")
        return font, 1.0
    for tried in (size, *STRIKES):
        try:
            font = ImageFont.truetype(file.path, tried, index=file.index)
        except (OSError, ValueError):
            continue
        _make_regular(font)
        return font, size / tried
    raise OSError(f"{file.path} cannot be read")


def _make_regular(font: ImageFont.FreeTypeFont) -> None:
    """Give a font of variable weight the regular one; some begin with the thinnest."""
    try:
        axes = font.get_variation_axes()
    except (OSError, NotImplementedError):
        return
    font.set_variation_by_axes(
        [REGULAR if axis["name"] == b"Weight" else axis["default"] or 0 for axis in axes]
    )


def _sign(font: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


class Fonts:
    """The fonts of one size, each opened when a text first needs it."""

    def __init__(self, size: int) -> None:
        """Open the first one."""
        self._size = size
        self.first = Face(size)
        self._faces: dict[FontFile, Face | None] = {}
        self._found: dict[str, Face | None] = {}

    def find(self, text: str) -> Face | None:
        """Return the first font that has all of a text."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> Face | None:
        needed = "".join(character for character in text if _is_visible(character))
        if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in needed):
            return None
        if self.first.has(needed):
            return self.first
        for file in font_files():
            if file.may_have(needed):
                face = self._open(file)
                if face is not None and face.has(needed):
                    return face
        return None

    def _open(self, file: FontFile) -> Face | None:
        if file not in self._faces:
            try:
                self._faces[file] = Face(self._size, file)
            except OSError:
                self._faces[file] = None
        return self._faces[file]


def _is_visible(character: str) -> bool:
    """Return whether a font needs a sign for a character: not for spaces, joiners and selectors."""
    return not (
        character.isspace()
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


@cache
def font_files() -> tuple[FontFile, ...]:
    """Return the fonts beside Pillow's own: those of the extra `fonts` first."""
    return (*_packaged(), *_of_system())


def _packaged() -> Iterator[FontFile]:
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        paths = [path for path in Path(spec.origin).parent.iterdir() if "Italic" not in path.name]
        # Letters are taken from text fonts where these have them, emoji from the font of emoji.
        for path in sorted(paths, key=lambda path: ("Emoji" in path.name, len(path.name), path)):
            if path.suffix in (".ttf", ".otf", ".ttc"):
                yield FontFile(str(path))


def _of_system() -> Iterator[FontFile]:
    try:
        listed = subprocess.run(QUERY, capture_output=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        yield from map(FontFile, COMMON)
        return
    lines = [line.split("|") for line in listed.decode("utf-8", "replace").splitlines()]
    ordinary = [line for line in lines if len(line) == 4 and line[0].startswith(ORDINARY)]
    for _, path, index, charset in sorted(ordinary, key=lambda line: _rank(line[1])):
        yield FontFile(path, int(index) & 0xFFFF, charset)


def _rank(path: str) -> tuple[bool, bool, str]:
    """Order fonts: those without serifs first, those of letters of one width last."""
    name = Path(path).name
    return "Mono" in name, "Sans" not in name, path
