"""Styles and presets of the user's own, saved from the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from vqclip.config.option import plain, walk
from vqclip.config.schema import Config
from vqclip.config.shelves import KINDS, shelf, user_shelf
from vqclip.errors import ConfigError, shown
from vqclip.files.atomic import write

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST = 200
"""Files of one kind."""
OF_A_PICTURE = ("prompts", "seed", "style_prompts", "device", "model_dir", "output", "start.image")
"""Keys and sections that belong to a picture, not to a way of drawing."""


def names_of(kind: str) -> list[str]:
    """Return the names of all styles or presets, those of the user's own among them."""
    return list(shelf(kind))


def save(kind: str, name: str, config: Config) -> str:
    """Save what a configuration changes, and return where; nothing is replaced.

    Args:
        kind: `style` or `preset`.
        name: of the file, without suffix.
        config: the configuration; a style keeps its style prompts, too.

    Raises:
        ConfigError: the name is not allowed or taken, or nothing differs from the defaults.
        OutputError: the folder cannot be written to.
    """
    if kind not in KINDS:
        raise ConfigError(f"allowed are {' and '.join(KINDS)}, not {shown(kind)}")
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"a name has small letters, digits and hyphens, at most 40 of them, not {shown(name)}"
        )
    folder = user_shelf(kind)
    if name in names_of(kind) or (folder / f"{name}.yaml").exists():
        raise ConfigError(f"there is a {kind} {name} already: choose another name")
    if len(list(folder.glob("*.yaml"))) >= MOST:
        raise ConfigError(f"there are {MOST} {kind}s of your own: remove some of {folder}")
    text = "".join(_lines(kind, config))
    if not text:
        raise ConfigError("nothing differs from the defaults: there is nothing to save")
    try:
        write(folder / f"{name}.yaml", text.encode(), replace=False)
    except FileExistsError as error:
        raise ConfigError(f"there is a {kind} {name} already: choose another name") from error
    return str(folder / f"{name}.yaml")


def _lines(kind: str, config: Config) -> Iterator[str]:
    """Yield the keys that differ from the defaults, as YAML with dotted keys."""
    usual = {key: value for key, value, _ in walk(Config())}
    for key, value, option in walk(config):
        differs = not option.is_section and value != usual[key]
        kept = kind == "style" and key == "style_prompts"
        of_picture = key in OF_A_PICTURE or key.partition(".")[0] in OF_A_PICTURE
        if differs and (kept or not of_picture):
            yield f"{key}: {json.dumps(plain(value), ensure_ascii=False)}\n"
