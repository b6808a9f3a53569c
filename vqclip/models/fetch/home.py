"""The switch that forbids downloads, beside the folder that they go to."""

from __future__ import annotations

import os

from vqclip.files.userfolders import home

__all__ = ["OFFLINE", "home", "offline"]

OFFLINE = ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE")
"""Environment variables that forbid the network; either suffices."""


def offline() -> bool:
    """Say whether the user has forbidden the network."""
    return any(os.environ.get(name, "").lower() in ("1", "true", "yes", "on") for name in OFFLINE)
