"""YAML text as nodes: depth is bounded before anything is built, and libyaml reads it if it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from vqclip.errors import ConfigError, shown

DEEPEST = 32
"""Lists and tables within each other; no configuration needs more than a few."""
TOO_DEEP = f"lists and tables are nested more than {DEEPEST} deep, or contain themselves"
SHORT = 100_000
"""Characters of a text that the slower reader of pure Python may read."""
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The reader that leaves scalars as texts: that of libyaml, ten times as fast, where it exists."""


def quoting_hint(value: object) -> str:
    """Return advice where YAML took a text with a colon or braces for a table; otherwise nothing.

    Args:
        value: what was read in place of a text.
    """
    if not isinstance(value, Mapping) or len(value) > 1:
        return ""
    key, rest = next(iter(value.items()), ("", ""))
    if not isinstance(rest, str):
        return ""
    written = f"{key}: {rest}" if rest else f"{{{key}}}"
    return f"; put a text with a colon or braces in quotes: {shown(written)}"


def compose_text(text: str) -> yaml.Node | None:
    """Compose the node of a YAML text; its scalars stay texts.

    Raises:
        ConfigError: lists and tables are nested too deep.
        yaml.YAMLError: it is not YAML.
    """
    try:
        return _compose(text, LOADER)
    except UnicodeEncodeError as error:  # libyaml reads bytes
        raise yaml.YAMLError(
            f"it holds bytes that are not UTF-8, at character {error.start}"
        ) from error
    except yaml.YAMLError:
        # The reader of pure Python has the last word, and the better messages.
        if len(text) > SHORT or LOADER is yaml.BaseLoader:
            raise
        return _compose(text, yaml.BaseLoader)


def _compose(text: str, loader: Any) -> yaml.Node | None:
    """Compose a text after its events, of which none is kept, have shown how deep they nest.

    Raises:
        ConfigError: too deep.
        yaml.YAMLError: it is not YAML.
    """
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > DEEPEST:
                raise ConfigError(TOO_DEEP)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
    return yaml.compose(text, Loader=loader)
