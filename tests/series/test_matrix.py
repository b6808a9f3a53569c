"""The matrix: every combination in order, less what its rules leave out."""

from __future__ import annotations

from vqclip.errors import Mistakes
from vqclip.series.axis import Axis
from vqclip.series.matrix import Rule, cells_of
from vqclip.series.table import Layer

AXES = (
    Axis("thing", (("fox", Layer("fox")), ("hen", Layer("hen"))), "line 1"),
    Axis("size", (("1", Layer("1")), ("2", Layer("2"))), "line 2"),
)
DEFAULTS = Layer("defaults")


def cells(*rules: Rule) -> tuple[list[tuple[str, ...]], list[str]]:
    mistakes = Mistakes()
    found = cells_of(AXES, rules, DEFAULTS, mistakes)
    return [tuple(cell.labels.values()) for cell in found], mistakes.messages


def test_the_last_axis_turns_fastest() -> None:
    assert cells() == ([("fox", "1"), ("fox", "2"), ("hen", "1"), ("hen", "2")], [])
    first = cells_of(AXES, (), DEFAULTS, Mistakes())[0]
    assert [layer.origin for layer in first.layers] == ["defaults", "fox", "1"]


def test_a_rule_leaves_out_what_has_one_of_its_values_on_every_axis() -> None:
    assert cells(Rule({"thing": ("hen",), "size": ("1", "2")}, "")) == (
        [("fox", "1"), ("fox", "2")],
        [],
    )
    assert cells(Rule({"size": ("2",)}, "")) == ([("fox", "1"), ("hen", "1")], [])


def test_a_rule_that_matches_nothing_is_a_mistake() -> None:
    kept, messages = cells(Rule({"thing": ("cow", "fox"), "size": ("3",)}, "line 9"))
    assert len(kept) == 4
    assert messages == ["line 9: exclude: there is no cell thing cow or fox, size 3"]


def test_an_axis_without_values_has_told_its_mistake() -> None:
    mistakes = Mistakes()
    axes = (*AXES, Axis("empty", (), "line 3"))
    assert cells_of(axes, [Rule({"thing": ("cow",)}, "line 9")], DEFAULTS, mistakes) == []
    assert not mistakes
