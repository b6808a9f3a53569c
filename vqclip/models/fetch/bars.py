"""The progress bars of downloads."""

from __future__ import annotations

from typing import Any

from tqdm.auto import tqdm

Bars = type[tqdm]  # type: ignore[type-arg]
"""A class of progress bars; `Silent` for none."""


class Silent(tqdm):  # type: ignore[type-arg]
    """A progress bar that shows nothing."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{**settings, "disable": True})
