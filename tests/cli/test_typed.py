"""What people type: a prompt without a command, and commands with a slip."""

from __future__ import annotations

import pytest

from vqclip.cli import MODULES
from vqclip.cli.typed import check_command, with_command
from vqclip.errors import ConfigError


@pytest.mark.parametrize(
    "words", [["a fox"], ["fox", "in", "snow"], ["--seed", "3", "a fox"], ["狐"], ["-q", "owl"]]
)
def test_words_without_a_command_draw(words) -> None:
    assert with_command(words, MODULES) == ["generate", *words]
    check_command(with_command(words, MODULES), MODULES)


@pytest.mark.parametrize(
    "words", [["series", "a.yaml"], ["--help"], ["-V"], ["--show-completion=zsh"], []]
)
def test_commands_and_options_of_the_program_stay(words) -> None:
    assert with_command(words, MODULES) == words
    check_command(words, MODULES)


@pytest.mark.parametrize(("word", "command"), [("Serie", "series"), ("replya", "replay")])
def test_a_slip_is_found(word, command) -> None:
    assert with_command([word, "x"], MODULES) == [word, "x"]
    with pytest.raises(ConfigError, match=f"did you mean vqclip {command}"):
        check_command([word, "x"], MODULES)
