"""Values of the configuration that are more than a number or a name: schedules and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from vqclip.config.choices import AUGMENTATIONS, GENERATORS
from vqclip.errors import ConfigError, did_you_mean

HUB_SCHEME = "hf-hub:"
HUB_FILE = re.compile(r"[\w.-]+/[\w.-]+(?:@[\w.-]+)?/[\w./-]+")


@dataclass(frozen=True)
class Augmentation:
    """One augmentation by name.

    Attributes:
        name: a key of `GEOMETRY` or `PIXELS`.
        strength: from 0 (nothing) to 1 (the most); its unit stands with each function.
        probability: share of the cutouts it is applied to.
    """

    name: str
    strength: float = 0.5
    probability: float = 1.0


class Schedule:
    """A number that may change over the run: linear between (fraction, value) points."""

    def __init__(self, points: float | Mapping[float, float]) -> None:
        table = points if isinstance(points, Mapping) else {0.0: points}
        self.points = tuple(sorted((float(at), float(value)) for at, value in table.items()))

    def __call__(self, progress: float) -> float:
        """Return the value at a fraction of the run in [0, 1]."""
        before = [point for point in self.points if point[0] <= progress]
        after = [point for point in self.points if point[0] > progress]
        if not before or not after:
            return (before or after)[-1 if before else 0][1]
        (left, low), (right, high) = before[-1], after[0]
        return low + (high - low) * (progress - left) / (right - left)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 during the whole run."""
        return all(value == 0 for _, value in self.points)


def schedule(value: Any) -> Schedule:
    """Read a number, or a table from fractions of the run to numbers, linear in between.

    Raises:
        ConfigError: it is neither, or a fraction is outside [0, 1].
    """
    try:
        table = value if isinstance(value, Mapping) else {0.0: value}
        points = {float(at): float(one) for at, one in table.items()}
    except (TypeError, ValueError):
        raise ConfigError(
            f"allowed are a number, or a table such as {{0: 1.0, 0.5: 0}}, not {value!r}"
        ) from None
    if not points or not all(0 <= at <= 1 for at in points):
        raise ConfigError(f"the fractions of the run are from 0 to 1, not {sorted(points)}")
    if not all(math.isfinite(one) for one in points.values()):
        raise ConfigError(f"the values are finite numbers, not {list(points.values())}")
    return Schedule(points)


def schedule_if_any(value: Any) -> Schedule | None:
    """Read what `schedule` reads, or None.

    Raises:
        ConfigError: as there.
    """
    return None if value is None else schedule(value)


def augmentation(value: Any) -> Augmentation:
    """Read a name, or a table with `name` and perhaps `strength` and `probability`.

    Raises:
        ConfigError: a name or key is unknown, or a number is outside [0, 1].
    """
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or "name" not in table:
        raise ConfigError(f"allowed are a name or a table with a name, not {value!r}")
    allowed = [one.name for one in fields(Augmentation)]
    for key in table:
        if key not in allowed:
            raise ConfigError(f"unknown key {key!r}: allowed are {', '.join(allowed)}")
    name = str(table["name"])
    if name not in AUGMENTATIONS:
        raise ConfigError(
            f"unknown augmentation {name!r}: allowed are {', '.join(AUGMENTATIONS)}"
            f"{did_you_mean(name, AUGMENTATIONS)}"
        )
    if name == "flip" and "strength" in table:
        raise ConfigError("flip has a probability but no strength")
    numbers = {key: _share(one, key) for key, one in table.items() if key != "name"}
    return Augmentation(name, **({"probability": 0.5} if name == "flip" else {}) | numbers)


def _share(value: Any, key: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number <= 1:
        raise ConfigError(f"the {key} is a number from 0 to 1, not {value!r}")
    return number


def perceptor(value: Any) -> tuple[str, float]:
    """Read a perceptor's name, or a table with `name` and `weight`.

    Raises:
        ConfigError: a key is unknown, or the weight is not positive.
    """
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or not {"name"} <= set(table) <= {"name", "weight"}:
        raise ConfigError(f"allowed are a name or a table with name and weight, not {value!r}")
    try:
        weight = float(table.get("weight", 1.0))
    except (TypeError, ValueError):
        weight = math.nan
    if not 0 < weight < math.inf:
        raise ConfigError(f"the weight of {table['name']!r} is above 0, not {table['weight']!r}")
    return str(table["name"]), weight


def generator(value: Any) -> str:
    """Read what names a VQGAN: `mini`, a name of the catalogue, a path, or a file of the hub.

    Raises:
        ConfigError: it can be none of them.
    """
    name = str(value)
    if name.startswith(HUB_SCHEME):
        if not HUB_FILE.fullmatch(name.removeprefix(HUB_SCHEME)):
            raise ConfigError(f"{name!r} is not of the form {HUB_SCHEME}ORG/REPO/FILE")
    elif name not in GENERATORS and not is_path(name):
        raise ConfigError(unknown_generator(name))
    return name


def unknown_generator(name: str) -> str:
    """The sentence for a VQGAN that is neither in the catalogue nor a file."""
    return (
        f"unknown VQGAN {name!r}: allowed are {', '.join(GENERATORS)}, the path of a weights file "
        f"or its folder, or {HUB_SCHEME}ORG/REPO/FILE{did_you_mean(name, GENERATORS)}"
    )


def is_path(name: str) -> bool:
    """Tell the path of a file or folder from the name of a model."""
    looks = bool(Path(name).suffix) or "/" in name or "\\" in name
    return not name.startswith(HUB_SCHEME) and (looks or Path(name).is_dir())
