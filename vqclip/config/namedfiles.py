"""The files that a configuration names, and those of them that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from vqclip.config.schema import Config
from vqclip.config.values import HUB_SCHEME, is_path
from vqclip.files.paths import user_path

LOCAL = "local-dir:"
"""What may stand before the path of an open_clip folder."""


def missing_inputs(config: Config) -> Iterator[str]:
    """Yield a sentence for every file or folder of a configuration that does not exist."""
    for name in config.pictures():
        if not user_path(name).is_file():
            yield f"there is no picture {name}"
    if is_path(config.vqgan) and not user_path(config.vqgan).exists():
        yield f"the weights file {config.vqgan} does not exist"
    for name in config.perceptor_weights():
        folder = name.removeprefix(LOCAL)
        if is_folder_name(name) and not user_path(folder).exists():
            yield f"{folder} is not an open_clip folder: it does not exist"


def is_folder_name(name: str) -> bool:
    """Return whether the name of a perceptor is written as the path of a folder."""
    is_plain = "/" in name and ":" not in name
    return not name.startswith(HUB_SCHEME) and (name.startswith(LOCAL) or is_plain)
