"""Presets and styles: files of settings with a name, those of the program and the user's own."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from vqclip.config.nodes import read_text
from vqclip.errors import ConfigError, did_you_mean, shown
from vqclip.files.paths import user_path
from vqclip.files.userfolders import own_folder

KINDS = ("preset", "style")
SUFFIXES = (".yaml", ".yml")


def configs_folder() -> Path:
    """Return the folder of the presets, styles and examples that come with the program."""
    package = Path(str(files("vqclip")))
    shipped = package / "configs"
    return shipped if shipped.is_dir() else package.parent / "configs"


def user_shelf(kind: str) -> Path:
    """Return the folder of the user's own presets or styles, which may not exist."""
    return own_folder() / f"{kind}s"


def shelf(kind: str) -> dict[str, Path]:
    """Return the file of each preset or style by its name; the user's own come before others.

    Args:
        kind: `preset` or `style`.
    """
    shipped = configs_folder() / "styles" if kind == "style" else configs_folder()
    found = {path.stem: path for path in shipped.glob("*.yaml")}
    for suffix in SUFFIXES:
        found |= {path.stem: path for path in user_shelf(kind).glob(f"*{suffix}")}
    return dict(sorted(found.items()))


def preset_names() -> list[str]:
    """Return the names that `--preset` takes."""
    return list(shelf("preset"))


def style_names() -> list[str]:
    """Return the names that `--style` takes."""
    return list(shelf("style"))


def is_file_name(name: str) -> bool:
    """Return whether a preset or style is written as the path of a file: `./mine.yaml`."""
    return name.endswith(SUFFIXES) or "/" in name or os.sep in name


def named_file(kind: str, name: str) -> Path:
    """Return the file of a preset or a style, by its name or its path.

    Raises:
        ConfigError: there is none.
    """
    if is_file_name(name):
        return user_path(name)
    known = shelf(kind)
    if name not in known:
        raise ConfigError(
            f"unknown {kind} {shown(name)}: allowed are {', '.join(known)}, and the path of a file "
            f"such as ./mine.yaml{did_you_mean(name, known)}"
        )
    return known[name]


def opening(path: Path) -> str:
    """Return what the comment at the top of a file says, up to its first full stop.

    Raises:
        ConfigError: the file cannot be read.
    """
    lines: list[str] = []
    for line in read_text(path, "configuration").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines).split(". ")[0].rstrip(".")
