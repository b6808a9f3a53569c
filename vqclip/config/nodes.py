"""Text files that a user writes: YAML as nodes that know their lines, and lists of lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from vqclip.config.yamltext import DEEPEST, TOO_DEEP, compose_text
from vqclip.errors import ConfigError, Mistakes, shown
from vqclip.files.paths import user_path

MOST_NODES = 1_000_000
"""Values of a file, those counted again that aliases repeat."""
LONGEST_LINE = 200
"""Characters of a line that are searched for what is wrong in it."""
SPECIAL_START = re.compile(
    r"""[\s-]*(?:[^\s#'"{}\[\]:]+:\s+)?[\s-]*(?:\[.*,\s*)?([{\[&*!|>%@`"'])"""
)
"""A line whose value, or whose last entry of a list, begins with a character that YAML reads."""
MERGE = "<<"
"""The key that merges other tables into a table."""


def read_text(path: Path, what: str) -> str:
    """Read a text file that a configuration names, without its byte order mark.

    Args:
        path: of the file.
        what: the file is, for messages: `list of words`.

    Raises:
        ConfigError: it is missing or not UTF-8.
    """
    try:
        return user_path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"the {what} {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"the {what} {path} cannot be read: it is not UTF-8; save it so"
        ) from error


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
        raise ConfigError(f"{origin} is not YAML: {_reason(error, text)}") from error
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{origin} is not a table of keys and values")
    if node is not None:
        check_nodes(node, origin)
    return node


def compose_value(text: str) -> yaml.Node | None:
    """Read a list or table of YAML, as in `key=[a, b]`.

    Raises:
        ConfigError: it is not YAML, or nested too deep.
    """
    try:
        node = compose_text(text)
    except yaml.YAMLError as error:
        raise ConfigError("is not a list or table of YAML") from error
    if node is not None:
        check_nodes(node, "")
    return node


def _reason(error: yaml.YAMLError, text: str) -> str:
    """Return what is wrong on one line, with a hint where a text was taken for something else."""
    reason = " ".join(str(error).split())
    if "mapping values are not allowed" in reason:
        return f"{reason}; a text with a colon and a space is put in quotes"
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    lines = text.splitlines()
    line = lines[mark.line][:LONGEST_LINE] if mark and mark.line < len(lines) else ""
    start = SPECIAL_START.match(line)
    if start is None:
        return reason
    return f"{reason}; a text that begins with {start[1]} is put in quotes"


def check_nodes(root: yaml.Node, origin: str) -> None:
    """Check that nodes are neither deep, nor contain themselves, nor multiply by their aliases.

    Every node is looked at once, however often aliases name it.

    Raises:
        ConfigError: they are.
    """
    sizes: dict[int, int] = {}

    def size(node: yaml.Node, depth: int) -> int:
        if depth > DEEPEST:
            raise ConfigError(f"{line_of(node, origin)}: {TOO_DEEP}" if origin else TOO_DEEP)
        if id(node) in sizes:
            return sizes[id(node)]
        total = 1 + sum(size(part, depth + 1) for part in _parts(node))
        sizes[id(node)] = total
        return total

    count = size(root, 0)
    if count > MOST_NODES:
        prefix = f"{origin}: " if origin else ""
        raise ConfigError(
            f"{prefix}its aliases stand for {count:,} values, and at most {MOST_NODES:,} are read"
        )


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def line_of(node: yaml.Node, origin: str) -> str:
    """Return where a node is written: the file and the line."""
    return f"{origin}, line {node.start_mark.line + 1}"


def pairs(node: yaml.MappingNode, origin: str) -> list[tuple[str, yaml.Node]]:
    """Return the keys of a table with their values; `<<` merges other tables below its own keys.

    Raises:
        ConfigError: with every key that occurs twice, is no text, or merges what is no table.
    """
    found: dict[str, yaml.Node] = {}
    merged: dict[str, yaml.Node] = {}
    mistakes = Mistakes()
    for key, value in node.value:
        with mistakes.noted():
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError(f"{line_of(key, origin)}: a key is a text, not a list or table")
            if key.value == MERGE and not key.style:
                merged = _merged(value, origin) | merged
                continue
            if key.value in found:
                raise ConfigError(f"{line_of(key, origin)}: duplicate key {shown(key.value)}")
            found[key.value] = value
    mistakes.check()
    return list((merged | found).items())


def _merged(node: yaml.Node, origin: str) -> dict[str, yaml.Node]:
    """Return the keys of a table, or of a list of tables of which the first has the last word."""
    tables = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found: dict[str, yaml.Node] = {}
    for table in reversed(tables):
        if not isinstance(table, yaml.MappingNode):
            raise ConfigError(f"{line_of(table, origin)}: {MERGE}: is a table, or a list of tables")
        found |= dict(pairs(table, origin))
    return found


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
