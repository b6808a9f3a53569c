"""Series files of any shape: a plan or sentences, never another error, and at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.errors import VqclipError
from vqclip.series.plan import make_plan

WORDS = st.sampled_from(
    (
        *("name", "defaults", "matrix", "jobs", "candidates", "keep", "judge", "exclude"),
        *("include", "prompt", "prompts", "seed", "seeds", "style", "preset", "subject", "steps"),
        *("cutouts", "count", "cutouts.count", "start.image", "vqgan", "a house", "{subject}"),
        *("{a|b}", "__colors__", "0-9", "0-99999", "1000", "-1", "~", "null", "???", "${x}", "<<"),
        *("a.csv", "a.txt", "../a.txt", "draft", "a:1", "16:9", "1e39", "[", "{", "|", "&a", "*a"),
    )
)
TEXTS = WORDS | st.text(max_size=12) | st.integers(-5, 10**20).map(str)
TREES = st.recursive(
    TEXTS,
    lambda parts: st.lists(parts, max_size=6) | st.dictionaries(TEXTS, parts, max_size=6),
    max_leaves=30,
)


def written(tree: object) -> str:
    """Write a tree as YAML; scalars are sometimes quoted, and sometimes break it."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {written(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    text = str(tree)
    return text if text.isalnum() else repr(text)


SHAPED = st.fixed_dictionaries(
    {},
    optional={
        "defaults": st.dictionaries(TEXTS, TREES, max_size=4) | TREES,
        "matrix": st.dictionaries(TEXTS, st.lists(TEXTS, max_size=12) | TREES, max_size=9) | TREES,
        "jobs": st.lists(st.dictionaries(TEXTS, TREES, max_size=3), max_size=4) | TREES,
        "candidates": TEXTS,
        "keep": TEXTS,
    },
)


@pytest.mark.slow
@given(tree=SHAPED | TREES, tail=st.just("") | st.text(max_size=20))
@settings(max_examples=2000, deadline=None)
def test_any_series_file_is_a_plan_or_sentences_within_a_second(
    tmp_path_factory: pytest.TempPathFactory, tree: object, tail: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_text(written(tree) + tail, encoding="utf-8", errors="replace")
    message, begun = "", time.process_time()
    try:
        make_plan(Path(path))
    except VqclipError as error:
        message = str(error)
    assert time.process_time() - begun < 1
    assert all(len(line) < 1000 for line in message.splitlines())
