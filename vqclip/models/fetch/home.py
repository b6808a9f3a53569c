"""The folder of everything the program downloads, and the switch that forbids downloads."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

from vqclip.files.paths import user_path

OFFLINE = ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE")
"""Environment variables that forbid the network; either suffices."""


def home() -> Path:
    """Return the folder that `VQCLIP_HOME` names, or the user's cache; it may not exist yet."""
    named = os.environ.get("VQCLIP_HOME")
    return user_path(named) if named else user_cache_path("vqclip", appauthor=False)


def offline() -> bool:
    """Say whether the user has forbidden the network."""
    return any(os.environ.get(name, "").lower() in ("1", "true", "yes", "on") for name in OFFLINE)
