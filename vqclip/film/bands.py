"""Bands of sound by name: what part of it drives a number."""

from __future__ import annotations

from collections.abc import Sequence

from vqclip.errors import ConfigError, did_you_mean, shown

HIGHEST = 16_000.0
"""The highest frequency that is heard, in Hz."""
BANDS: dict[str, tuple[float, float]] = {
    "all": (20.0, HIGHEST),
    "bass": (20.0, 250.0),
    "mid": (250.0, 4000.0),
    "treble": (4000.0, HIGHEST),
}
"""Lowest and highest frequency of each band, in Hz."""


def band_edges(band: object) -> tuple[float, float]:
    """Return the lowest and highest frequency of a band in Hz.

    Args:
        band: a name of `BANDS`, or [lowest, highest].

    Raises:
        ConfigError: it is neither.
    """
    if isinstance(band, str):
        if band not in BANDS:
            raise ConfigError(
                f"unknown band {shown(band)}: allowed are {', '.join(BANDS)}, or [lowest, highest] "
                f"in Hz{did_you_mean(band, BANDS)}"
            )
        return BANDS[band]
    if isinstance(band, Sequence) and len(band) == 2:
        try:
            low, high = float(band[0]), float(band[1])
        except (TypeError, ValueError):
            low = high = 0.0
        if 0 <= low < high <= HIGHEST:
            return low, high
    raise ConfigError(
        f"a band is a name, or [lowest, highest] from 0 to {HIGHEST:g} Hz, not {shown(band)}"
    )
