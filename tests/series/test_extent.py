"""How many pictures a series makes is known before anything grows; what is too many is refused."""

from __future__ import annotations

import math
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.config.job import MOST
from vqclip.errors import ConfigError
from vqclip.series.plan import make_plan

TOO_MANY = {
    "nine axes of ten": (
        "defaults: {prompt: a house}\nmatrix:\n"
        + "".join(f"  k{n}: [{', '.join(map(str, range(10)))}]\n" for n in range(9)),
        "10 k0 x 10 k1 x .* make 1,000,000,000 cells, and at most 100,000 make a series",
    ),
    "candidates and seeds": (
        "defaults: {prompt: a house, seeds: 0-99999}\ncandidates: 1000\n",
        "1 cells x 100,000 seeds x 1,000 candidates make 100,000,000 pictures, and at most 100,000",
    ),
    "an axis of seeds": (
        "defaults: {prompt: a house}\nmatrix: {seed: 0-29999, steps: [1, 2, 3, 4]}\n",
        "30,000 seed x 4 steps make 120,000 cells",
    ),
    "many ranges of seeds": (
        "defaults: {prompt: a house, seeds: ["
        + ", ".join(f"{n}00000-{n}99999" for n in range(1, 50))
        + "]}\n",
        "at most 100,000 at once",
    ),
    "exclusions from too many cells": (
        "defaults: {prompt: a house}\nmatrix:\n  exclude: [{k0: 1}]\n"
        + "".join(f"  k{n}: [{', '.join(map(str, range(10)))}]\n" for n in range(7)),
        "make 10,000,000 cells, and at most 1,000,000",
    ),
    "more factors than there are atoms": (
        "defaults: {prompt: a house}\nmatrix:\n"
        + "".join(f"  k{n}: [{', '.join(map(str, range(10)))}]\n" for n in range(90)),
        r"make about 10\^90 cells",
    ),
    "deep lists": ("defaults: " + "[" * 50_000, "nested more than 32 deep"),
}


@pytest.mark.parametrize(("text", "message"), TOO_MANY.values(), ids=list(TOO_MANY))
def test_what_is_too_many_is_refused_before_it_grows(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(ConfigError, match=message):
            make_plan(path)
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert grown < 200e6
    assert time.process_time() - begun < 20  # tracing is slow


@given(
    sizes=st.lists(st.integers(1, 40), max_size=6),
    seeds=st.integers(1, 2000),
    candidates=st.integers(1, 1000),
)
@settings(max_examples=50, deadline=None)
def test_a_plan_has_as_many_pictures_as_its_factors_say_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], seeds: int, candidates: int
) -> None:
    total = math.prod(sizes) * seeds * candidates
    if 500 < total <= MOST:  # slow to make, and nothing new
        return
    path = tmp_path_factory.mktemp("series") / "s.yaml"
    axes = "".join(f"  k{n}: [{', '.join(map(str, range(k)))}]\n" for n, k in enumerate(sizes))
    names = " ".join(f"{{k{n}}}" for n in range(len(sizes)))
    path.write_text(
        f"defaults: {{prompt: 'a house {names}', seeds: 0-{seeds - 1}}}\n"
        f"candidates: {candidates}\n" + (f"matrix:\n{axes}" if axes else "")
    )
    if total <= MOST:
        assert len(make_plan(path).jobs) == total
    else:
        with pytest.raises(ConfigError, match="make a series"):
            make_plan(path)
