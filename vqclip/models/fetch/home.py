"""Where the program keeps what it downloads or makes once."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path


def home() -> Path:
    """Return the folder `VQCLIP_HOME` names, or the cache of this user; it may not exist yet."""
    named = os.environ.get("VQCLIP_HOME")
    return Path(named).expanduser() if named else user_cache_path("vqclip", appauthor=False)
