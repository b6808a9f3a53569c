"""Words that the model does not know."""

from __future__ import annotations

from tests.web.conftest import tiny_form
from vqclip.config.schema import Config
from vqclip.web.spelling import Spelling, check_spelling


def test_unknown_words_are_named_once() -> None:
    found = check_spelling("a red zarquon | zarquon:0.5", Config())
    assert found.unknown == ("zarquon",)
    assert found.mistake == ""


def test_known_words_are_passed_over() -> None:
    assert check_spelling("a red house", Config()) == Spelling()
    assert check_spelling("  ", Config()) == Spelling()


def test_a_prompt_that_cannot_be_read_says_why() -> None:
    assert "is empty" in check_spelling("a fox | | a hen", Config()).mistake


def test_guides_without_a_list_of_words_say_nothing() -> None:
    config = tiny_form(perceptors="[ViT-B-32:openai]")
    assert check_spelling("zarquon", config) == Spelling()
