"""The door: each value is read once, and every mistake is noted with its origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.config.test_option import Inner, Outer
from vqclip.config.option import option
from vqclip.config.parsing import Conflict, Parser, entries_of
from vqclip.config.values import schedule
from vqclip.errors import Mistakes


@dataclass(frozen=True)
class Sizes:
    """Two numbers."""

    small: int = option(1, "a number", low=0, high=9)
    large: float | None = option(2.0, "a larger one", low=0)
    kind: str = option("red", "a color", choices=("red", "blue"))

    def conflicts(self) -> Iterator[Conflict]:
        if self.large is not None and self.small > self.large:
            yield ["small", "large"], "small: is above large"


def read(schema, tree, **origins) -> tuple[object, list[str]]:
    mistakes = Mistakes()
    parser = Parser(tree, origins, mistakes)
    found = parser.parse(schema)
    if isinstance(found, Sizes):
        parser.check(found.conflicts())
    return found, mistakes.messages


def test_values_get_the_types_of_their_fields() -> None:
    tree = {"names": ["x", 3], "widths": ["4", 5], "inner": {"level": {"0": "1", "1": 2}}}
    assert read(Outer, tree) == (Outer(("x", "3"), [4, 5], Inner(schedule({0: 1, 1: 2}))), [])
    assert read(Outer, {}) == (Outer(), [])
    assert read(Sizes, {"large": "null", "small": "3"}) == (Sizes(3, None), [])
    assert read(Sizes, {"large": None}) == (Sizes(large=None), [])


def test_mistakes_are_noted_with_their_origin_and_leave_the_default() -> None:
    tree = {"small": "x", "large": -1, "kind": "rde"}
    found, messages = read(Sizes, tree, small="a.yaml, line 3", kind="--kind")
    assert found == Sizes()
    assert messages == [
        "a.yaml, line 3: small: 'x' is not a whole number (a number, such as 1)",
        "large: -1.0 is out of range: allowed is 0 or more",
        "--kind: kind: 'rde' is unknown: allowed are red, blue; did you mean 'red'?",
    ]


def test_entries_of_a_list_are_numbered() -> None:
    _, messages = read(Outer, {"widths": [1, "x", "y"]}, widths="a", **{"widths[2]": "b"})
    assert messages == [
        "a: widths[1]: 'x' is not a whole number",
        "b: widths[2]: 'y' is not a whole number",
    ]


def test_a_conflict_is_told_where_one_of_its_keys_was_written() -> None:
    assert read(Sizes, {"small": 5})[1] == ["small: is above large"]
    assert read(Sizes, {"large": 0}, large="x")[1] == ["x: small: is above large"]
    assert read(Sizes, {"small": 5, "large": 0}, small="a", large="b")[1] == [
        "a: small: is above large"
    ]


def test_a_wrong_value_makes_no_conflict() -> None:
    assert read(Sizes, {"small": 5, "large": "x"})[1] == [
        "large: 'x' is not a number (a larger one, such as 2.0)"
    ]


def test_a_value_alone_is_a_list() -> None:
    assert entries_of("a") == ["a"]
    assert entries_of({"text": "a"}) == [{"text": "a"}]
    assert entries_of(("a", "b")) == ["a", "b"]
    assert entries_of(None) == entries_of("null") == entries_of("") == []
