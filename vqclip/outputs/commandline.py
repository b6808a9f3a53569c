"""The command line that draws a configuration again."""

from __future__ import annotations

import shlex

from vqclip.config.document import flow
from vqclip.config.option import walk
from vqclip.config.prompt import Prompt, parse_prompts
from vqclip.config.schema import Config
from vqclip.errors import ConfigError

TYPED = ("prompts", "seed", "width", "height")
"""Keys that have a place of their own on the command line."""


def command_of(config: Config) -> str:
    """Return the command that draws the picture of a configuration: what differs from the defaults.

    Prompts that no command line can write are given as YAML.
    """
    defaults = Config()
    usual = {key: value for key, value, _ in walk(defaults)}
    words = ["vqclip", "generate"]
    written = " | ".join(map(str, config.prompts))
    plain = bool(config.prompts) and all(map(_is_typed, config.prompts))
    if plain:
        words.append(written)
    words += ["--seed", str(config.seed)]
    if (config.width, config.height) != (defaults.width, defaults.height):
        words += ["--size", f"{config.width}x{config.height}"]
    typed = TYPED if plain else TYPED[1:]
    for key, value, rules in walk(config):
        if not rules.is_section and value != usual[key] and key not in typed:
            words.append(f"{key}={value if isinstance(value, str) else flow(value)}")
    return shlex.join(words)


def _is_typed(prompt: Prompt) -> bool:
    """Return whether a prompt can be written as a word among others."""
    try:
        return parse_prompts(str(prompt)) == (prompt,)
    except ConfigError:
        return False
