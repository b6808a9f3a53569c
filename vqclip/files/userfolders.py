"""The folders of this user: what the program downloads and remembers, and what the user keeps."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path

from vqclip.files.paths import user_path

HOME = "VQCLIP_HOME"
"""Environment variable that names one folder for both."""


def home() -> Path:
    """Return the folder that `VQCLIP_HOME` names, or the user's cache; it may not exist yet."""
    named = os.environ.get(HOME)
    return user_path(named) if named else user_cache_path("vqclip", appauthor=False)


def own_folder() -> Path:
    """Return the folder of the user's own presets and styles; it may not exist yet."""
    named = os.environ.get(HOME)
    return user_path(named) if named else user_config_path("vqclip", appauthor=False)
