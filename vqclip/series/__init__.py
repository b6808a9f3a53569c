"""One configuration and several seeds become jobs, and jobs become batches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vqclip.config import Config
from vqclip.errors import ConfigError
from vqclip.jobs import Job

MOST = 100_000
"""Seeds of one range; a typing error should not fill the memory."""
BATCH = 4
"""Pictures optimised together: beyond, a CPU gains nothing and memory grows."""


def parse_seeds(text: str) -> list[int]:
    """Read `7`, `0-9`, `1,2,5-10`.

    Raises:
        ConfigError: a part is neither a number nor a rising range.
    """
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first:
            raise ConfigError(f"seeds are numbers and rising ranges such as 0-9,12, not {text!r}")
        if last >= 2**63 or last - first >= MOST:
            raise ConfigError(f"seeds are below 2^63 and at most {MOST} at once, not {text!r}")
        seeds += range(first, last + 1)
    return list(dict.fromkeys(seeds))


def expand(config: Config, seeds: Sequence[int]) -> tuple[Job, ...]:
    """Make one job per seed, or one with the configuration's seed if there are none.

    Raises:
        ConfigError: there is nothing to draw.
    """
    prompts = config.all_prompts()
    if not any(prompt.weight > 0 for prompt in prompts):
        raise ConfigError("there is no prompt (of positive weight): say what to draw")
    return tuple(Job(prompts, seed, config) for seed in seeds or [config.seed])


def batches(jobs: Sequence[Job]) -> Iterator[tuple[Job, ...]]:
    """Yield the jobs in order, as many at a time as are optimised together."""
    for start in range(0, len(jobs), BATCH):
        yield tuple(jobs[start : start + BATCH])
