"""Errors a user can cause: mistakes reported together, near words, and runs that diverge."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.errors import (
    LINE,
    MOST_MISTAKES,
    ConfigError,
    DivergedError,
    Mistakes,
    abridged,
    did_you_mean,
    listed,
    shown,
)


def fail(*messages: str) -> int:
    raise ConfigError(messages)


def test_mistakes_are_noted_in_order_and_once() -> None:
    mistakes = Mistakes()
    mistakes.check()
    assert not mistakes
    mistakes.add("a", "b")
    with mistakes.noted("here: "):
        fail("a", "b")
    assert mistakes.read(lambda: fail("a", "c"), 3) == 3
    assert mistakes.read(lambda: 5, 3) == 5
    assert mistakes
    with pytest.raises(ConfigError) as caught:
        mistakes.check()
    assert caught.value.messages == ("a", "b", "here: a", "here: b", "c")
    assert str(caught.value) == "a\nb\nhere: a\nhere: b\nc"


def test_other_errors_are_no_mistakes() -> None:
    mistakes = Mistakes()
    with pytest.raises(ZeroDivisionError), mistakes.noted():
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        mistakes.read(lambda: 1 // 0, 3)
    assert not mistakes


def test_the_nearest_known_word_is_proposed() -> None:
    assert did_you_mean("stpes", ["steps", "seed"]) == "; did you mean 'steps'?"
    assert did_you_mean("xyz", ["steps", "seed"]) == ""
    assert did_you_mean("x", []) == ""


def test_a_run_that_diverges_names_step_and_images() -> None:
    error = DivergedError(7, [0, 2])
    assert (error.step, error.images) == (7, (0, 2))
    assert "the loss of images 1, 3 is not finite at step 7" in str(error)
    assert "the picture of step 6 was kept" in str(error)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(max_size=200), parts),
)


@given(PLAIN)
@settings(max_examples=100, deadline=None)
def test_messages_quote_at_most_a_line_of_any_value(value: object) -> None:
    text = shown(value)
    assert text.isprintable()
    if isinstance(value, str):
        assert text == repr(value) or (text.endswith("...") and len(repr(value)) > LINE + 2)
    assert len(text) <= LINE + 5


def test_huge_values_are_quoted_at_once() -> None:
    assert shown("x" * 10**6) == f"'{'x' * LINE}'..."
    assert shown(10**5000) == "a number of thousands of digits"
    nested: list[object] = ["x"]
    for _ in range(40):
        nested = [nested] * 10
    assert len(shown(nested)) <= LINE + 3


def test_a_list_of_names_is_counted_where_it_is_long() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(map(str, range(100))).endswith("29, and 70 more")


def test_long_paths_are_shortened_in_the_middle() -> None:
    assert abridged("a b") == "a b"
    path = "a" * 5000 + ".png"
    assert abridged(f"no {path} here") == f"no {'a' * LINE}...{path[-LINE:]} here"


def test_a_thousand_mistakes_are_counted() -> None:
    error = ConfigError([f"mistake {number}" for number in range(1000)])
    assert len(error.messages) == 1000
    assert len(str(error).splitlines()) == MOST_MISTAKES + 1
    assert str(error).endswith(f"and {1000 - MOST_MISTAKES} more mistakes")
