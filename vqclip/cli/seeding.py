"""Seeds as they are typed: `7`, `0-9,12`, `random`, and so many pictures from a seed on."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vqclip.errors import ConfigError, Mistakes

if TYPE_CHECKING:
    from vqclip.config.prompt import Prompt

RANDOM = "random"
BELOW = 1_000_000
"""Seeds that `random` draws from: few digits, which a person can type again."""


def is_random(text: str | None) -> bool:
    """Return whether the user wants a seed that is drawn."""
    return text is not None and text.strip().lower() == RANDOM


def draw_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(BELOW)


def choose_seeds(text: str | None, count: int | None, *, first: int) -> list[int]:
    """Return the seeds of the pictures.

    Args:
        text: as it was typed; None: not at all.
        count: number of pictures; None: one for each seed.
        first: seed of the configuration, where none was typed.

    Raises:
        ConfigError: there are several seeds and a number of pictures, or no seeds at all.
    """
    from vqclip.config.job import parse_seeds

    seeds = [first] if text is None else [draw_seed()] if is_random(text) else parse_seeds(text)
    if count is None:
        return seeds
    if len(seeds) > 1:
        raise ConfigError(
            f"--pictures {count}: {len(seeds)} seeds are given as well: give one of the two, or "
            "the first seed alone"
        )
    return list(range(seeds[0], seeds[0] + count))


def read_prompts(lines: Sequence[tuple[int, str]], origin: str) -> list[tuple[Prompt, ...]]:
    """Return the prompts of each line of a file.

    Args:
        lines: number and text of each line.
        origin: name of the file.

    Raises:
        ConfigError: with every line that is no prompt.
    """
    from vqclip.config.prompt import parse_prompts

    mistakes = Mistakes()
    found: list[tuple[Prompt, ...]] = []
    for number, line in lines:
        with mistakes.noted(f"{origin}, line {number}: "):
            found.append(parse_prompts(line))
    mistakes.check()
    return found
