"""A configuration as YAML text, each key under its meaning, range and default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

import yaml

from vqclip.config.schema import default_of, walk


def to_yaml(config: Any, *, comments: bool = True) -> str:
    """Write a configuration as YAML that reads back equal, each key under its meaning."""
    lines: list[str] = []
    _write(config, 0, comments, lines)
    return "\n".join(lines) + "\n"


def _write(config: Any, depth: int, comments: bool, lines: list[str]) -> None:
    indent = "  " * depth
    for key, value, field in walk(config):
        if "." in key:
            continue
        if comments:
            lines.append(f"{indent}# {_describe(field)}")
        if is_dataclass(value):
            lines.append(f"{indent}{key}:")
            _write(value, depth + 1, comments, lines)
            continue
        flow = yaml.safe_dump(
            value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
        )
        lines.append(f"{indent}{key}: {flow.removesuffix('...' + chr(10)).strip()}")


def _describe(field: Any) -> str:
    rules: Mapping[str, Any] = field.metadata
    parts = [str(rules["help"]).rstrip(".")]
    if "choices" in rules:
        parts.append(f"one of {', '.join(rules['choices'])}")
    if "low" in rules:
        high = rules.get("high")
        parts.append(
            f"{rules['low']} or more" if high is None else f"{rules['low']} to {rules['high']}"
        )
    default = default_of(field)
    if not is_dataclass(default):
        parts.append(f"default {default if default is not None else 'none'}")
    return "; ".join(parts)
