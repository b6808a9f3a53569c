"""A configuration written for people: as a command, as YAML, and as a difference."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import yaml

from vqclip.config.document import to_yaml
from vqclip.config.option import plain, walk
from vqclip.config.schema import Config

ELSEWHERE = ("prompts", "seed", "device", "model_dir")
"""Keys that the command has elsewhere, or that are this computer's."""


def command_of(config: Config) -> str:
    """Return the command that draws a configuration anew: what differs from the defaults."""
    words = ["vqclip", "generate"]
    texts = [str(prompt) for prompt in config.prompts if prompt.kind == "text"]
    if texts and len(texts) == len(config.prompts):
        words.append(" | ".join(texts))
    elif config.prompts:
        words.append(f"prompts={_flow(plain(config.prompts))}")
    words += ["--seed", str(config.seed)]
    words += [f"{key}={value}" for key, value in _changes(config)]
    return shlex.join(words)


def yaml_of(config: Config) -> str:
    """Return a configuration as YAML, without comments."""
    return to_yaml(config.without_places(), comments=False)


def differences(first: Config, second: Config) -> list[tuple[str, str, str]]:
    """Return the keys in which two configurations differ, with both values."""
    left, right = dict(_values(first)), dict(_values(second))
    return [(key, left[key], right[key]) for key in left if left[key] != right[key]]


def _values(config: Config) -> Iterator[tuple[str, str]]:
    for key, value, option in walk(config.without_places()):
        if not option.is_section:
            yield key, _flow(plain(value))


def _changes(config: Config) -> Iterator[tuple[str, str]]:
    usual = dict(_values(Config()))
    for key, value in _values(config):
        if key not in ELSEWHERE and value != usual[key]:
            yield key, value


def _flow(value: object) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, str):
        return value
    text = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("...\n").strip()
