"""The grammar of the command line: prompts among settings, sizes, prompts of flags."""

from __future__ import annotations

import pytest

from vqclip.cli.options import prompt_tables, size_assignments, split_words
from vqclip.errors import ConfigError


def test_the_prompt_is_the_word_that_sets_nothing() -> None:
    prompt, settings = split_words(["steps=3", "a fox, 2 + 2 = 4", "cutouts.count=8", "vqgan=a=b"])
    assert prompt == "a fox, 2 + 2 = 4"
    assert [(setting.key, setting.value) for setting in settings] == [
        ("steps", "3"),
        ("cutouts.count", "8"),
        ("vqgan", "a=b"),
    ]
    assert split_words([]) == (None, [])


def test_two_prompts_need_quotes() -> None:
    with pytest.raises(ConfigError, match="'a hen' is neither key=value nor part of the prompt"):
        split_words(["a red fox", "a hen"])


def test_words_without_quotes_are_one_prompt() -> None:
    prompt, settings = split_words(["a", "red", "steps=3", "fox"])
    assert prompt == "a red fox"
    assert [setting.key for setting in settings] == ["steps"]


def test_the_flag_size_is_the_key_size() -> None:
    assert size_assignments(None) == []
    (size,) = size_assignments("16:9")
    assert (size.key, size.value, size.origin) == ("size", "16:9", "--size 16:9")


def test_prompts_of_flags_have_weights_and_stops() -> None:
    (table,) = prompt_tables(["aim.png:0.5:0.8"], "image")
    assert table == {"image": "aim.png", "weight": 0.5, "stop": 0.8}
    assert prompt_tables(["3:0.1"], "noise") == [{"noise": "3", "weight": 0.1}]
    assert prompt_tables(None, "image") == []


def test_an_equation_in_a_sentence_is_a_prompt() -> None:
    prompt, overrides = split_words(["E=mc2 on a blackboard", "steps=3"])
    assert prompt == "E=mc2 on a blackboard"
    assert [override.key for override in overrides] == ["steps"]
    # What resembles a key is one, so that its mistake is found.
    prompt, overrides = split_words(["stesp= 3"])
    assert (prompt, [override.key for override in overrides]) == (None, ["stesp"])
