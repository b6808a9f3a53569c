"""YAML text: two readers of one language, with a bound on depth."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.config.yamltext import DEEPEST, compose_text
from vqclip.errors import ConfigError

PLAIN = st.recursive(
    st.text(st.characters(codec="utf-8"), max_size=20),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=5), parts),
    max_leaves=10,
)


def tree(node: yaml.Node | None) -> object:
    if isinstance(node, yaml.MappingNode):
        return [(tree(key), tree(value), key.start_mark.line) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [tree(value) for value in node.value]
    return None if node is None else node.value


@given(PLAIN, st.booleans())
@settings(max_examples=50, deadline=None)
def test_both_readers_read_the_same(value: object, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert tree(compose_text(text)) == tree(yaml.compose(text, Loader=yaml.BaseLoader))


@pytest.mark.parametrize("unit", ["[", "{", "- ", "? ", "{a: ", "[[", "a: {", "- [", "{? "])
def test_what_is_nested_deep_is_refused_at_once(unit: str) -> None:
    begun = time.process_time()
    with pytest.raises((ConfigError, yaml.YAMLError)):
        compose_text(unit * 100_000)
    assert time.process_time() - begun < 3


def test_depth_is_counted() -> None:
    assert compose_text("[" * DEEPEST + "]" * DEEPEST) is not None
    with pytest.raises(ConfigError, match="more than 32 deep"):
        compose_text("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))


def test_bytes_that_are_not_utf8_are_named() -> None:
    with pytest.raises(yaml.YAMLError, match="not UTF-8, at character 8"):
        compose_text("prompt: \udcff")
