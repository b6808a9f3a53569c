"""Regions: the part of a picture that a prompt is about, or that is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from vqclip.config.scalars import number, recorded_path
from vqclip.errors import ConfigError, did_you_mean, shown

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in percent of the picture."""
SIDES: dict[str, Box] = {
    "left": (0, 0, 50, 100),
    "right": (50, 0, 100, 100),
    "top": (0, 0, 100, 50),
    "bottom": (0, 50, 100, 100),
    "center": (25, 25, 75, 75),
    "top left": (0, 0, 50, 50),
    "top right": (50, 0, 100, 50),
    "bottom left": (0, 50, 50, 100),
    "bottom right": (50, 50, 100, 100),
}
"""Regions that have a name."""
MASKS = (
    *(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
    *(".heic", ".heif", ".hif", ".avif"),
)
"""Suffixes by which the file of a mask is known."""
NOT = "not "
"""Before a region, everything else is meant."""
FEATHER = 5.0
"""Width of the soft edge, in percent of the shorter side of the picture, unless stated."""
MOST_FEATHER = 50.0
KEYS = ("area", "feather")
NUMBER = r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%?\s*"
RECTANGLE = re.compile(rf"{NUMBER},{NUMBER},{NUMBER},{NUMBER}")
SOFT = re.compile(rf"(.*?)\s*~{NUMBER}")
ALLOWED = (
    f"{', '.join(SIDES)}, a rectangle LEFT,TOP,RIGHT,BOTTOM in percent such as 0%,50%,100%,100%, "
    "or the file of a gray mask"
)


@dataclass(frozen=True)
class Region:
    """A part of a picture with a soft edge.

    Attributes:
        area: a name of `SIDES`, a rectangle as it is written, or the path of a mask.
        inverted: whether everything else is meant.
        feather: width of the soft edge, in percent of the shorter side of the picture.
    """

    area: str
    inverted: bool = False
    feather: float = FEATHER

    @property
    def box(self) -> Box | None:
        """Its rectangle; None for a mask."""
        if self.area in SIDES:
            return SIDES[self.area]
        match = RECTANGLE.fullmatch(self.area)
        if match is None:
            return None
        left, top, right, bottom = map(float, match.groups())
        return left, top, right, bottom

    @property
    def mask(self) -> str | None:
        """The path of its mask; None for a rectangle."""
        return self.area if self.box is None else None

    def with_mask(self, path: str) -> Region:
        """Return the region with its mask at another path."""
        return replace(self, area=path)

    def __str__(self) -> str:
        """Write the region as it is read."""
        soft = "" if self.feather == FEATHER else f"~{_written(self.feather)}%"
        return f"{NOT if self.inverted else ''}{self.area}{soft}"

    def to_plain(self) -> str:
        """Return the text of YAML files and recipes."""
        return str(self)


def known_region(text: str) -> Region | None:
    """Read a region from a text; None where it is no region, but perhaps a part of a prompt.

    Raises:
        ConfigError: it is a region, but its numbers are not allowed.
    """
    text = text.strip()
    inverted = text.startswith(NOT)
    area, feather = text.removeprefix(NOT).strip(), FEATHER
    soft = SOFT.fullmatch(area)
    if soft is not None:
        area, feather = soft[1], _checked_feather(float(soft[2]))
    rectangle = RECTANGLE.fullmatch(area)
    if rectangle is not None:
        area = _checked_rectangle([float(side) for side in rectangle.groups()])
    elif area not in SIDES and PurePath(area).suffix.lower() not in MASKS:
        return None
    elif area not in SIDES:
        recorded_path(area)
    return Region(area, inverted, feather)


def read_region(value: object) -> Region:
    """Read the region of a YAML file: a text, four numbers, or a table with `area` and `feather`.

    Raises:
        ConfigError: it is none of them.
    """
    if isinstance(value, Mapping):
        for key in value:
            if key not in KEYS:
                raise ConfigError(
                    f"unknown key {shown(key)} of a region: allowed are {', '.join(KEYS)}"
                    f"{did_you_mean(str(key), KEYS)}"
                )
        if "area" not in value:
            raise ConfigError(f"a region has an area, not {shown(dict(value))}")
        own = read_region(value["area"])
        return own if "feather" not in value else replace(own, feather=_feather(value["feather"]))
    if isinstance(value, (list, tuple)):
        value = ",".join(map(str, value))
    found = known_region(value) if isinstance(value, str) else None
    if found is None:
        near = did_you_mean(value, SIDES) if isinstance(value, str) else ""
        raise ConfigError(f"{shown(value)} is no region: allowed are {ALLOWED}{near}")
    return found


def _checked_rectangle(sides: list[float]) -> str:
    left, top, right, bottom = sides
    if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
        raise ConfigError(
            "a rectangle is LEFT,TOP,RIGHT,BOTTOM in percent of the picture, rising from 0 to 100, "
            f"not {','.join(map(_written, sides))}"
        )
    return ",".join(f"{_written(side)}%" for side in sides)


def _feather(value: object) -> float:
    text = value.strip().removesuffix("%") if isinstance(value, str) else value
    try:
        return _checked_feather(number(text))
    except ConfigError:
        raise ConfigError(
            f"the feather of a region is a number from 0 to {MOST_FEATHER:g}, in percent of the "
            f"shorter side, not {shown(value)}"
        ) from None


def _checked_feather(feather: float) -> float:
    if not 0 <= feather <= MOST_FEATHER:
        raise ConfigError(
            f"the feather of a region is from 0 to {MOST_FEATHER:g} percent of the shorter side, "
            f"not {feather:g}"
        )
    return feather


def _written(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
