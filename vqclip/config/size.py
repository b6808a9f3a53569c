"""Picture sizes in words: `512`, `640x360`, `16:9`, `3:2@1M`, `a4`, `square`, `2x`.

The key `size` and the flag `--size` stand for `width` and `height`; recipes hold those.
"""

from __future__ import annotations

import math
import re

from vqclip.errors import ConfigError, did_you_mean, shown

SIZE = "size"
"""The key that stands for `width` and `height`."""
SQUARE = (1.0, 1.0)
PAPER = 1.0, math.sqrt(2)
"""Width and height of the sheets of ISO 216, upright."""
SHAPES = {
    "square": SQUARE,
    "portrait": (2.0, 3.0),
    "landscape": (3.0, 2.0),
    "wide": (16.0, 9.0),
    "tall": (9.0, 16.0),
    **{f"a{number}": PAPER for number in range(7)},
    "letter": (8.5, 11.0),
}
"""Shapes by name: width and height, of which the ratio counts."""
SIDEWAYS = "-landscape"
"""Ends the name of a sheet that lies on its side."""
MOST_DIGITS = 6
MOST_TIMES = 16
"""Beyond, `640x` is a size with a missing side."""
NUMBER = rf"(\d{{1,{MOST_DIGITS}}}(?:\.\d{{1,6}})?)"
PLAIN = re.compile(r"(\d+)(?:\s*[xX×]\s*(\d+))?")
RATIO = re.compile(rf"{NUMBER}\s*[:/]\s*{NUMBER}")
TIMES = re.compile(rf"{NUMBER}\s*[xX×]")
AMOUNT = re.compile(rf"{NUMBER}\s*([kKmM]?)")
PIXELS = {"k": 1e3, "m": 1e6}
FORMS = (
    "WIDTHxHEIGHT, one number for a square, a ratio such as 16:9, a shape "
    f"({', '.join(SHAPES)}), or 2x; a ratio or shape may end in @512 (shorter side) or @1M (pixels)"
)


def sides(text: str, width: int, height: int) -> tuple[str, str]:
    """Return the width and height in pixels that a size stands for.

    A ratio or shape has as many pixels as the size before, unless it says how many.

    Args:
        text: the size in words.
        width: of the size before, in pixels.
        height: likewise.

    Raises:
        ConfigError: it is not a size.
    """
    written = text.strip().lower()
    if match := PLAIN.fullmatch(written):
        return match[1], match[2] or match[1]
    match = TIMES.fullmatch(written)
    if match and 0 < (factor := float(match[1])) <= MOST_TIMES:
        return str(round(width * factor)), str(round(height * factor))
    shape, at, amount = written.partition("@")
    ratio = _ratio(shape.strip())
    pixels = float(width * height)
    if at:
        number = AMOUNT.fullmatch(amount.strip())
        if number is None:
            raise ConfigError(_refusal(text))
        if not number[2]:
            return _of_shorter(ratio, float(number[1]))
        pixels = float(number[1]) * PIXELS[number[2]]
    tall = math.sqrt(pixels * ratio[1] / ratio[0])
    return _even(tall * ratio[0] / ratio[1]), _even(tall)


def scaled_to(text: str, width: int, height: int) -> tuple[str, str]:
    """Return the width and height to enlarge a picture to; one number is the shorter side.

    Args:
        text: the size in words.
        width: of the picture, in pixels.
        height: likewise.

    Raises:
        ConfigError: it is not a size.
    """
    number = AMOUNT.fullmatch(text.strip())
    return sides(f"{width}:{height}@{text}" if number else text, width, height)


def _ratio(shape: str) -> tuple[float, float]:
    """Return the width and height of a shape, of which the ratio counts.

    Raises:
        ConfigError: there is no such shape.
    """
    match = RATIO.fullmatch(shape)
    if match and float(match[1]) > 0 and float(match[2]) > 0:
        return float(match[1]), float(match[2])
    name = shape.removesuffix(SIDEWAYS)
    if name not in SHAPES:
        raise ConfigError(_refusal(shape))
    across, down = SHAPES[name]
    return (down, across) if shape.endswith(SIDEWAYS) else (across, down)


def _of_shorter(ratio: tuple[float, float], shorter: float) -> tuple[str, str]:
    """Return the sides of a shape whose shorter side has a number of pixels."""
    scale = shorter / min(ratio)
    return (
        str(round(shorter)) if ratio[0] <= ratio[1] else _even(ratio[0] * scale),
        str(round(shorter)) if ratio[1] <= ratio[0] else _even(ratio[1] * scale),
    )


def _even(length: float) -> str:
    return str(2 * round(length / 2))


def _refusal(text: str) -> str:
    return f"a size is {FORMS}; not {shown(text)}{did_you_mean(text, SHAPES)}"
