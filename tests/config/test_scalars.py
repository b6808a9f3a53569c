"""Single values: what YAML 1.1 would turn into something else, and what no reader takes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqclip.config.scalars import number, switch, text, whole_number
from vqclip.errors import ConfigError


@given(st.floats(allow_nan=False))
def test_numbers_are_read_from_their_own_words(value) -> None:
    assert number(value) == number(repr(value)) == value


@given(st.integers(-(2**63), 2**63))
def test_whole_numbers_are_read_from_their_own_words(value) -> None:
    assert whole_number(value) == whole_number(str(value)) == whole_number(f"{value}.0") == value


def test_yaml_has_no_say() -> None:
    assert number("1e-2") == 0.01
    assert number("-inf") == -math.inf
    assert whole_number("007") == 7
    assert text("off") == "off"
    assert text("12:30") == "12:30"
    assert [switch(word) for word in ("on", "YES", "true", "1", True, 1)] == [True] * 6
    assert [switch(word) for word in ("off", "No", "false", "0", False, 0)] == [False] * 6


def test_texts_are_written_out() -> None:
    assert text(7) == "7"
    assert text(Path("a") / "b") == str(Path("a/b"))


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        (number, "abc", "'abc' is not a number"),
        (number, True, "True is not a number"),
        (number, None, "None is not a number"),
        (number, 10**400, "is not a number"),
        (number, [1], r"allowed is one value, not \[1\]"),
        (whole_number, "abc", "'abc' is not a whole number"),
        (whole_number, "1.5", "'1.5' is not a whole number"),
        (whole_number, True, "True is not a whole number"),
        (whole_number, "", "'' is not a whole number"),
        (whole_number, "9" * 9999, "is not a whole number that can be read"),
        (whole_number, {"a": 1}, "allowed is one value"),
        (switch, "maybe", "'maybe' is neither true nor false"),
        (switch, 2, "2 is neither true nor false"),
        (text, None, "not nothing"),
        (text, ["a"], "allowed is one value"),
    ],
)
def test_what_is_something_else_is_named(reader, value, message) -> None:
    with pytest.raises(ConfigError, match=message):
        reader(value)
