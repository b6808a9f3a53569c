"""Values of the configuration that are more than a number or a name: schedules and tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from vqclip.augment import AUGMENTATIONS, Augmentation
from vqclip.errors import CheckpointError, ConfigError, did_you_mean
from vqclip.models import MINI
from vqclip.models.catalogue import find, is_path
from vqclip.optim import Schedule


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
    if name != MINI and not is_path(name):
        try:
            find(name)
        except CheckpointError as error:
            raise ConfigError(str(error)) from error
    return name
