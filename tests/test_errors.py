"""Errors a user can cause: mistakes reported together, near words, and runs that diverge."""

from __future__ import annotations

import pytest

from vqclip.errors import ConfigError, DivergedError, Mistakes, did_you_mean


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
