"""The tree of layers: OmegaConf merges them, and none of its own language reaches a value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from omegaconf import OmegaConf

from vqclip.errors import ConfigError

PLAIN = (str, int, float, bool, bytes, PurePath, type(None))


class Tree:
    """Values by dotted key; a later value replaces an earlier one whole, lists and tables too.

    OmegaConf holds the number of each value instead of the value, so that `${...}` and `???`,
    which mean something to it, are plain texts.
    """

    def __init__(self) -> None:
        self._tree = OmegaConf.create()
        self._values: list[Any] = []

    def set(self, key: str, value: Any) -> None:
        """Set a key.

        Raises:
            ConfigError: the value holds something that no YAML file could.
        """
        plain = _plain(value, key)
        OmegaConf.update(self._tree, key, len(self._values), merge=False)
        self._values.append(plain)

    def plain(self) -> dict[str, Any]:
        """Return what was set, sections as tables."""
        return dict(self._filled(OmegaConf.to_container(self._tree)))

    def _filled(self, part: Any) -> Any:
        if isinstance(part, dict):
            return {key: self._filled(entry) for key, entry in part.items()}
        return self._values[part]


def _plain(value: Any, key: str) -> Any:
    """Return a value with lists and tables of its own.

    Raises:
        ConfigError: it holds something that no YAML file could.
    """
    if isinstance(value, (list, tuple)):
        return [_plain(entry, key) for entry in value]
    if isinstance(value, Mapping):
        return {name: _plain(entry, key) for name, entry in value.items()}
    if not isinstance(value, PLAIN):
        raise ConfigError(f"{key}: allowed are texts, numbers, lists and tables")
    return value
