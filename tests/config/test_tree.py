"""The tree of layers: later values replace earlier ones, and OmegaConf's language is plain text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqclip.config.tree import Tree
from vqclip.errors import ConfigError

KINDS = (1, "x", None, [1, 2], {"a": 1}, {"0.5": [1]}, True, 0.5)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KINDS, KINDS)))
def test_a_later_value_replaces_an_earlier_one_whole(first, second) -> None:
    tree = Tree()
    tree.set("a.b", first)
    tree.set("a.c", first)
    tree.set("a.b", second)
    assert tree.plain() == {"a": {"b": second, "c": first}}


@given(st.text(st.sampled_from("$\\{}?:.a ")))
def test_every_text_stays_as_it_is(text) -> None:
    tree = Tree()
    tree.set("one", text)
    tree.set("many", [text, {"text": text}])
    assert tree.plain() == {"one": text, "many": [text, {"text": text}]}


@pytest.mark.parametrize("value", [object(), {1, 2}, {"a": object()}, 1j])
def test_what_no_file_can_hold_is_refused(value) -> None:
    with pytest.raises(ConfigError, match="steps: allowed are texts, numbers, lists and tables"):
        Tree().set("steps", value)
