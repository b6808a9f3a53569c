"""A job: one picture to make. Settings and several seeds become jobs, jobs become batches."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import PurePath
from typing import Any

from vqclip.config.choices import FORMAT_OF
from vqclip.config.option import plain
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.config.sections import StartConfig
from vqclip.errors import ConfigError, shown

MOST = 100_000
"""Seeds of one range: a typing error should not fill the memory."""
BATCH = 4
"""Pictures optimised together: beyond, a CPU gains nothing and memory grows."""
ID_DIGITS = 12
RETIRED = {"pool": 8, "recolor": None}
"""Keys of `start` that version 0 had, as they were: part of the ids of the same pictures."""
SKETCH = ("sketches", "guidance", "temperature", "top_k")
"""Keys of `start` that version 0 did not have: no part of the ids, as long as they are as usual."""
SLUG_BYTES = 60
SEED = "{seed}"
"""Stands for the seed in `output.name`."""


@dataclass(frozen=True)
class Job:
    """One picture to make.

    Attributes:
        prompts: what it shows, those of styles included.
        seed: random seed.
        config: what it shares with its batch: every setting but prompts, styles and seed.
    """

    prompts: tuple[Prompt, ...]
    seed: int
    config: Config

    @classmethod
    def of(
        cls, config: Config, seed: int | None = None, prompts: Iterable[Prompt] | None = None
    ) -> Job:
        """Make the job of a configuration, with its own seed and prompts or others.

        Raises:
            ConfigError: there is nothing to draw, or a moment comes after the run.
        """
        timed = config.timed()
        own = timed.prompts if prompts is None else (prompt.over(timed.steps) for prompt in prompts)
        framed = timed.framed(own)
        if not any(prompt.weight > 0 for prompt in framed):
            raise ConfigError("there is no prompt (of positive weight): say what to draw")
        return cls(framed, config.seed if seed is None else seed, timed.shared)

    @cached_property
    def id(self) -> str:
        """The hash of everything the picture depends on, weights and machine apart."""
        text = json.dumps(self._table(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]

    @cached_property
    def batch(self) -> str:
        """Equal for jobs that can be optimised together."""
        return self.config.text

    @property
    def stem(self) -> str:
        """The name of its files, without suffix: its prompts and its seed."""
        return f"{slug(' '.join(prompt.content for prompt in self.prompts))}_s{self.seed}"

    @property
    def file_name(self) -> str:
        """The name that its file is to have."""
        settings = self.config.output
        if settings.name is None:
            return f"{self.stem}.{settings.format}"
        name = settings.name.replace(SEED, str(self.seed))
        fits = FORMAT_OF.get(PurePath(name).suffix.lower()) == settings.format
        return name if fits else f"{name}.{settings.format}"

    def whole(self) -> Config:
        """Return the configuration of this picture alone, with its own prompts and seed."""
        return replace(self.config, prompts=self.prompts, seed=self.seed)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings of the picture, without where it goes and what computes it."""
        return deepcopy(self._table())

    def _table(self) -> dict[str, Any]:
        """Return what `to_dict` returns, with parts that all jobs of a batch share."""
        shared = self.config.table
        start = {**shared["start"], **RETIRED}
        usual = _usual_start()
        if all(start[key] == usual[key] for key in SKETCH):
            start = {key: value for key, value in start.items() if key not in SKETCH}
        own = {"start": start, "prompts": plain(self.prompts), "seed": self.seed}
        return {**shared, **own}


@lru_cache
def _usual_start() -> dict[str, Any]:
    table: dict[str, Any] = plain(StartConfig())
    return table


def parse_seeds(text: str) -> list[int]:
    """Read `7`, `0-9`, `1,2,5-10`.

    Raises:
        ConfigError: a part is neither a number nor a rising range, or there are too many.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part)
        numbers = [] if match is None else [match[1], match[2] or match[1]]
        # Whole numbers of thousands of digits cannot be read; none of 30 digits is allowed.
        first, last = (int(digits[-30:]) for digits in numbers or ["1", "0"])
        too_large = last >= 2**63 or any(len(digits) > 30 for digits in numbers)
        if not too_large and last < first:
            raise ConfigError(
                f"seeds are numbers and rising ranges such as 0-9,12, not {shown(text)}"
            )
        if too_large or last - first >= MOST or len(seeds) > MOST:
            raise ConfigError(
                f"seeds are below 2^63 and at most {MOST:,} at once, not {shown(text)}"
            )
        seeds.update(dict.fromkeys(range(first, last + 1)))
    return list(seeds)


def expand(config: Config, seeds: Sequence[int]) -> tuple[Job, ...]:
    """Make one job per seed, or one with the configuration's seed if there are none.

    Raises:
        ConfigError: there is nothing to draw.
    """
    first = Job.of(config)
    return tuple(replace(first, seed=seed) for seed in seeds or [first.seed])


def batches(jobs: Sequence[Job], count: int = BATCH) -> Iterator[tuple[Job, ...]]:
    """Yield the jobs in order, as many at a time as are optimised together."""
    for start in range(0, len(jobs), count):
        yield tuple(jobs[start : start + count])


def slug(text: str) -> str:
    """Turn a prompt into the start of a file name: lower case, words joined by hyphens."""
    normal = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"[^\w]+|_", "-", normal).strip("-")
    words = words.encode()[:SLUG_BYTES].decode(errors="ignore")
    return words.rstrip("-") or "picture"
