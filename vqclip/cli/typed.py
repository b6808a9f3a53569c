"""What people type: a prompt without a command draws, and a command's misspelling is found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from vqclip.errors import ConfigError, shown

OWN_OPTIONS = ("--help", "-h", "--version", "-V", "--install-completion", "--show-completion")
"""Options of the program, which stand before any command."""
LIKENESS = 0.75
"""Likeness, from 0 to 1, from which a single word is taken for a misspelled command."""


def with_command(words: Sequence[str], commands: Iterable[str]) -> list[str]:
    """Put `generate` before words that begin with neither a command nor an option of the program.

    A word that resembles a command is left as it is.
    """
    if not words or words[0] in commands or words[0].partition("=")[0] in OWN_OPTIONS:
        return list(words)
    return list(words) if _resembles(words, commands) else ["generate", *words]


def check_command(words: Sequence[str], commands: Iterable[str]) -> None:
    """Refuse a misspelled command.

    Raises:
        ConfigError: the first word is one.
    """
    if words and words[0] not in commands and (near := _resembles(words, commands)):
        raise ConfigError(
            f"there is no command {shown(words[0])}; did you mean vqclip {near}? A prompt of that "
            f"word is drawn by: vqclip generate {words[0]}"
        )


def _resembles(words: Sequence[str], commands: Iterable[str]) -> str | None:
    """Return the command that the first word seems to misspell."""
    first = words[0]
    if first.startswith("-") or not first.isascii() or " " in first.strip():
        return None
    near = difflib.get_close_matches(first.lower(), list(commands), n=1, cutoff=LIKENESS)
    return near[0] if near else None
