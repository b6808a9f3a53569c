"""Readers of single values: numbers, switches and texts, from YAML, JSON or Python.

YAML's scalars arrive as texts, so that YAML 1.1 has no say in what `off`, `12:30`, `1e-2` or `007`
mean; the key decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import SupportsFloat

from vqclip.config.yamltext import quoting_hint
from vqclip.errors import ConfigError, shown
from vqclip.files.paths import check_path

NULLS = ("null", "~", "")
"""Texts that mean none, where a key may have no value."""
LEAST_NUMBER, MOST_NUMBER = 1e-30, 1e30
"""Sizes of weights between which numbers of 32 bits neither vanish nor overflow."""
YES = ("true", "yes", "on", "y", "1")
NO = ("false", "no", "off", "n", "0")


def number(value: object) -> float:
    """Read a number.

    Raises:
        ConfigError: it is something else.
    """
    if not isinstance(value, bool) and isinstance(value, (str, SupportsFloat)):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise ConfigError(f"{shown(_single(value))} is not a number")


def whole_number(value: object) -> int:
    """Read a whole number, perhaps with zeros after a point.

    Raises:
        ConfigError: it is something else.
    """
    text = str(_single(value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[-+]?[\d_]+(\.0*)?", text):
        raise ConfigError(f"{shown(value)} is not a whole number")
    try:
        return int(text.partition(".")[0])
    except ValueError as error:
        raise ConfigError(f"{shown(text)} is not a whole number that can be read") from error


def switch(value: object) -> bool:
    """Read true or false, also written as yes and no, or on and off.

    Raises:
        ConfigError: it is something else.
    """
    text = str(_single(value)).lower()
    if text not in YES + NO:
        raise ConfigError(f"{shown(value)} is neither true nor false")
    return text in YES


def text(value: object) -> str:
    """Read a text; numbers and paths are written out.

    Raises:
        ConfigError: it is nothing, or several values.
    """
    if value is None:
        raise ConfigError("allowed is a text, not nothing")
    return str(_single(value))


def path_text(value: object) -> str:
    """Read the path of a file or folder; it stays as it is written, so that recipes name no home.

    Raises:
        ConfigError: no file can have it.
    """
    written = text(value)
    check_path(written)
    return written


def recorded_path(value: object) -> str:
    """Read a path that recipes record.

    Raises:
        ConfigError: no file can have it, or recipes cannot hold it.
    """
    written = path_text(value)
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"the path {shown(written)} is not UTF-8, as recipes are: rename the file"
        ) from error
    return written


def _single(value: object) -> object:
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        raise ConfigError(f"allowed is one value, not {shown(value)}{quoting_hint(value)}")
    return value
