"""The formats of films, by suffix, and PyAV, which some of them need."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from vqclip.errors import ConfigError, did_you_mean, listed, shown

FILM_FORMATS: tuple[str, ...] = ("mp4", "webm", "gif", "apng", "webp")
"""What can be written; each is also a suffix."""
WITH_SOUND: tuple[str, ...] = ("mp4", "webm")
"""Formats that hold sound; PyAV writes them. The others are chains of pictures, without loss of
sharpness at edges of color but much larger."""

FASTEST = {"gif": 50.0}
"""The most frames per second of formats that have a limit: browsers slow faster GIFs down."""
MOST_RATE = 240.0


def film_format(path: Path) -> str:
    """Return the format that the suffix of a film to be written stands for.

    Raises:
        ConfigError: it stands for none.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FILM_FORMATS:
        reason = "has no suffix" if not suffix else f"is no film that can be written: .{suffix}"
        raise ConfigError(
            f"{shown(str(path))} {reason}: allowed are .{', .'.join(FILM_FORMATS)}"
            f"{did_you_mean(suffix, FILM_FORMATS)}"
        )
    return suffix


def check_writable(format: str) -> None:
    """Make sure that films of a format can be written on this machine.

    Raises:
        ConfigError: PyAV is missing.
    """
    if format in WITH_SOUND:
        check_pyav(f"films in .{format}")


def check_pyav(what: str) -> None:
    """Make sure that PyAV is installed, without loading it.

    Args:
        what: what needs it, in the plural.

    Raises:
        ConfigError: it is missing.
    """
    if find_spec("av") is None:
        others = [f".{name}" for name in FILM_FORMATS if name not in WITH_SOUND]
        raise ConfigError(
            f"{what} need PyAV: pip install 'vqclip[video]' (films can be written without it as "
            f"{listed(others)})"
        )


def check_rate(format: str, fps: float) -> None:
    """Make sure that a format has a frame rate.

    Raises:
        ConfigError: it is too high.
    """
    most = FASTEST.get(format, MOST_RATE)
    if fps > most:
        raise ConfigError(f".{format} has at most {most:g} frames per second, not {fps:g}")


def check_size(sizes: Sequence[tuple[int, int]]) -> None:
    """Make sure that all frames have one size.

    Raises:
        ConfigError: they do not.
    """
    if len(set(sizes)) > 1:
        pairs = [f"{width}x{height}" for width, height in dict.fromkeys(sizes)]
        raise ConfigError(f"the frames of a film have one size, not {listed(pairs)}")
