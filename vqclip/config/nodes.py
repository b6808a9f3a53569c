"""Text files that a user writes: YAML as nodes that know their lines, and lists of lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from vqclip.config.yamltext import compose_text
from vqclip.errors import ConfigError, Mistakes, shown


def read_text(path: Path, what: str) -> str:
    """Read a text file that a configuration names, without its byte order mark.

    Args:
        path: of the file.
        what: the file is, for messages: `list of words`.

    Raises:
        ConfigError: it is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"the {what} {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"the {what} {path} cannot be read: it is not UTF-8") from error


def read_lines(path: Path, what: str) -> list[tuple[int, str]]:
    """Read a list of one entry per line as (line number, text).

    Empty lines and lines that begin with `#` do not count; spaces around a text are removed.

    Raises:
        ConfigError: the file is missing, not UTF-8, or holds no entry.
    """
    lines = enumerate(map(str.strip, read_text(path, what).splitlines()), start=1)
    found = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not found:
        raise ConfigError(f"the {what} {path} is empty")
    return found


def compose(text: str, origin: str) -> yaml.MappingNode | None:
    """Read YAML text as a table whose nodes know their lines; None if it is empty.

    Raises:
        ConfigError: it is not YAML, or not a table.
    """
    try:
        node = compose_text(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{origin} is not YAML: {' '.join(str(error).split())}") from error
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{origin} is not a table of keys and values")
    return node


def line_of(node: yaml.Node, origin: str) -> str:
    """Return where a node is written: the file and the line."""
    return f"{origin}, line {node.start_mark.line + 1}"


def pairs(node: yaml.MappingNode, origin: str) -> list[tuple[str, yaml.Node]]:
    """Return the keys of a table with their values.

    Raises:
        ConfigError: with every key that occurs twice.
    """
    found: dict[str, yaml.Node] = {}
    mistakes = Mistakes()
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            mistakes.add(f"{line_of(key, origin)}: duplicate key {shown(name)}")
        found[name] = value
    mistakes.check()
    return list(found.items())


def contents(node: yaml.Node, origin: str) -> Any:
    """Return lists, tables and texts; scalars stay texts until the type of their key is known.

    Raises:
        ConfigError: a key occurs twice.
    """
    if isinstance(node, yaml.MappingNode):
        return {key: contents(value, origin) for key, value in pairs(node, origin)}
    if isinstance(node, yaml.SequenceNode):
        return [contents(value, origin) for value in node.value]
    return node.value
