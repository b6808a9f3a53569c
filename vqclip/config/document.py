"""A configuration as YAML text, each key under its meaning, range and default."""

from __future__ import annotations

import yaml

from vqclip.config.option import Option, options, plain


def to_yaml(settings: object, *, comments: bool = True, changes_only: bool = False) -> str:
    """Write a configuration as YAML that reads back equal, each key under its meaning.

    Args:
        settings: a dataclass of keys.
        comments: whether to write the meanings.
        changes_only: whether to leave out what has its default.
    """
    lines: list[str] = []
    _write(settings, "", lines, comments=comments, changes_only=changes_only)
    return "\n".join(lines) + "\n"


def _write(
    settings: object, indent: str, lines: list[str], *, comments: bool, changes_only: bool
) -> None:
    for key, rules in options(type(settings)).items():
        value = getattr(settings, key)
        if changes_only and value == rules.default:
            continue
        if comments:
            lines.append(f"{indent}# {_describe(rules)}")
        if rules.is_section:
            lines.append(f"{indent}{key}:")
            _write(value, f"{indent}  ", lines, comments=comments, changes_only=changes_only)
        else:
            lines.append(f"{indent}{key}: {flow(value)}")


def flow(value: object) -> str:
    """Return a value as YAML on one line, as on the command line."""
    text = yaml.safe_dump(
        plain(value), default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("...\n").strip()


def _describe(rules: Option) -> str:
    parts = [rules.meaning.rstrip(".")]
    if rules.choices:
        parts.append(f"one of {', '.join(rules.choices)}")
    if rules.low is not None:
        parts.append(
            f"{rules.low} or more" if rules.high is None else f"{rules.low} to {rules.high}"
        )
    if not rules.is_section:
        parts.append(f"default {'none' if rules.default is None else flow(rules.default)}")
    return "; ".join(parts)
