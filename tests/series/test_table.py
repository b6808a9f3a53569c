"""Tables of a series file: what each key sets, and what cannot be set."""

from __future__ import annotations

import pytest

from tests.series.writing import node_of
from vqclip.config.layers import Assignment
from vqclip.errors import ConfigError, Mistakes
from vqclip.series.table import Layer, read_table, seeds_of


def read(text: str) -> tuple[Layer, list[str]]:
    mistakes = Mistakes()
    return read_table(node_of(text), "x.yaml", mistakes), mistakes.messages


def test_keys_are_sorted_by_what_they_set() -> None:
    layer, messages = read(
        """\
        preset: draft
        styles: oil + night
        seeds: 0-2, 7
        prompt: a {subject}
        name: the sea
        subject: fox
        cutouts: {count: 8}
        steps: 007
        """
    )
    assert messages == []
    assert layer.preset == Assignment("preset", "draft", "x.yaml, line 1")
    assert [style.value for style in layer.styles or ()] == ["oil", "night"]
    assert layer.seeds == (0, 1, 2, 7)
    assert layer.prompts == Assignment("prompts", ["a {subject}"], "x.yaml, line 4")
    assert layer.name == "the sea"
    assert layer.fields == {"subject": Assignment("subject", "fox", "x.yaml, line 6")}
    assert layer.assignments == (
        Assignment("cutouts.count", "8", "x.yaml, line 7"),
        Assignment("steps", "007", "x.yaml, line 8"),
    )


def test_none_is_another_thing_than_nothing_said() -> None:
    layer, _ = read("{preset: none, styles: [none], steps: 3}")
    assert (layer.preset, layer.styles) == (None, ())
    layer, _ = read("steps: 3")
    assert (layer.styles, layer.seeds, layer.prompts, layer.name) == (None, None, None, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7", "line 1: a table of keys and values is needed, not '7'"),
        ("[a]", "line 1: a table of keys and values is needed, not a list"),
        ("{seed: 1, seeds: 2}", "line 1: seeds: the table has seed already"),
        ("seeds: 9-0", "line 1: seeds: seeds are numbers and rising ranges"),
        ("seeds: {a: 1}", "line 1: seeds: are numbers and ranges such as 0-9"),
        ("preset: [a]", "line 1: preset: is one name, not ['a']"),
        ("name: ../x", "line 1: name: is letters, digits, spaces, dots and hyphens, not '../x'"),
        ("prompt: ''", "line 1: prompt: is empty"),
        ("prompts: []", "line 1: prompts: is empty"),
        ("steps: 1\nsteps: 2", "line 2: duplicate key 'steps'"),
        ("cutouts: {count: 1, count: 2}", "line 1: duplicate key 'count'"),
        ("prompt: {text: a, text: b}", "line 1: duplicate key 'text'"),
    ],
)
def test_mistakes_have_their_line(text, message) -> None:
    _, messages = read(text)
    assert len(messages) == 1
    assert messages[0].startswith(f"x.yaml, {message}")


def test_a_mistake_leaves_the_rest() -> None:
    layer, messages = read("{seeds: x, steps: 3}")
    assert len(messages) == 1
    assert layer.seeds is None
    assert [setting.key for setting in layer.assignments] == ["steps"]


def test_seeds_are_a_list_or_a_text() -> None:
    assert seeds_of(Assignment("seeds", ["1", "3-4"], "")) == (1, 3, 4)
    assert seeds_of(Assignment("seeds", "1,3-4", "")) == (1, 3, 4)
    with pytest.raises(ConfigError, match="rising ranges"):
        seeds_of(Assignment("seeds", ["a"], ""))
