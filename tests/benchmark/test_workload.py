"""Named work: what is asked for, in order of importance."""

from __future__ import annotations

import pytest

from vqclip.benchmark.workload import TINY, WORKLOADS, select
from vqclip.errors import ConfigError


def names(*asked: str, everything: bool = False) -> list[str]:
    return [workload.name for workload in select(asked, everything=everything)]


def test_a_family_and_a_size_are_named() -> None:
    assert names("mix-512", "small") == ["small-128", "mix-512", "small-128-batch16"]


def test_all_is_everything_but_the_trial() -> None:
    everything = names(everything=True)
    assert everything == [work.name for work in WORKLOADS if work.family != TINY]
    assert {"classic-256", "classic-512", "classic-1024", "classic-256-batch16"} <= set(everything)


def test_unknown_names_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        select(["clasic", "huge"])
    first, second = caught.value.messages
    assert "'clasic'" in first
    assert "did you mean 'classic'" in first
    assert "'huge'" in second
