"""The tree of layers: OmegaConf merges them, and none of its own language reaches a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from vqclip.errors import ConfigError


class Tree:
    """Values by dotted key; a later value replaces an earlier one whole, lists and tables too."""

    def __init__(self) -> None:
        self._tree = OmegaConf.create()

    def set(self, key: str, value: Any) -> None:
        """Set a key.

        Raises:
            ConfigError: the value holds something that no YAML file could.
        """
        try:
            OmegaConf.update(self._tree, key, _escape(value), merge=False)
        except OmegaConfBaseException as error:
            raise ConfigError(f"{key}: allowed are texts, numbers, lists and tables") from error

    def plain(self) -> dict[str, Any]:
        """Return what was set, sections as tables."""
        return dict(OmegaConf.to_container(self._tree, resolve=True))  # type: ignore[arg-type]


def _escape(value: Any) -> Any:
    """Keep OmegaConf from reading `${...}` in a prompt as an interpolation."""
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + r"\${", value)
    if isinstance(value, (list, tuple)):
        return [_escape(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: _escape(entry) for key, entry in value.items()}
    return value
